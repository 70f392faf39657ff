// SPDX-License-Identifier: LGPL-2.1-or-later
// JobInterface: jobs watched and cancelled.
#include "api/job.hpp"

#include "api/paths.hpp"

#include <array>

namespace slipway::api {

bus::Message job_reply(const bus::Call& call, const engine::Job& job)
{
    bus::Message reply = call.reply();
    reply.append("o", job_path(job.number).c_str());
    return reply;
}

std::string result_path(const engine::Job& job)
{
    if (job.result.empty())
        return "/";
    return job.kind.ends_with("-group")    ? group_path(job.result)
           : job.kind.ends_with("-volume") ? volume_path(job.result)
                                           : image_path(job.result);
}

void append_error(bus::Message& message, const engine::Job& job)
{
    const std::string name =
        job.failure ? std::string{bus::error_prefix} + std::string{row_of(job.failure->code()).name} : "";
    message.append("(ss)", name.c_str(), job.failure ? job.failure->message().c_str() : "");
}

namespace {

// Whoever may begin a job may end it.
const char* action_of(const std::string& kind)
{
    return kind.ends_with("-volume")                                  ? manage_volumes
           : kind.ends_with("-container") || kind.ends_with("-group") ? manage_containers
                                                                      : manage_images;
}

} // namespace

engine::JobRef JobInterface::at(const std::string& path) const
{
    return context_->engine.jobs.at(job_number(path));
}

bool JobInterface::has(const std::string& path) const
{
    return context_->engine.jobs.find(job_number(path)) != nullptr;
}

async::Task<bus::Message> JobInterface::cancel(bus::Call call)
{
    const std::string kind = at(call.path())->kind;
    co_await context_->authorizer.require(call, action_of(kind));
    context_->engine.jobs.cancel(at(call.path()));
    co_return call.reply();
}

void JobInterface::kind(const std::string& path, bus::Message& reply)
{
    reply.append("s", at(path)->kind.c_str());
}

void JobInterface::state(const std::string& path, bus::Message& reply)
{
    reply.append("s", std::string{engine::job_state_name(at(path)->state)}.c_str());
}

void JobInterface::progress(const std::string& path, bus::Message& reply)
{
    const engine::JobRef job = at(path);
    reply.append("(tts)", job->done, job->total, job->phase.c_str());
}

void JobInterface::parts(const std::string& path, bus::Message& reply)
{
    reply.open('a', "(sstt)");
    for (const engine::JobPart& part : at(path)->parts)
        reply.append("(sstt)", part.name.c_str(), part.phase.c_str(), part.done, part.total);
    reply.close();
}

void JobInterface::findings(const std::string& path, bus::Message& reply)
{
    reply.open('a', "(sssassb)");
    for (const engine::Finding& finding : at(path)->findings) {
        reply.open('r', "sssassb");
        reply.append("sss", engine::fault_name(finding.fault), finding.place.c_str(),
                     finding.message.c_str());
        reply.append_strings(finding.images);
        reply.append("sb", finding.outcome.c_str(), finding.is_settled ? 1 : 0);
        reply.close();
    }
    reply.close();
}

void JobInterface::result(const std::string& path, bus::Message& reply)
{
    reply.append("o", result_path(*at(path)).c_str());
}

void JobInterface::results(const std::string& path, bus::Message& reply)
{
    reply.open('a', "(os)");
    for (const engine::JobResult& made : at(path)->results)
        reply.append("(os)", image_path(made.id).c_str(), made.name.c_str());
    reply.close();
}

void JobInterface::error(const std::string& path, bus::Message& reply)
{
    append_error(reply, *at(path));
}

const sd_bus_vtable* JobInterface::vtable()
{
    using J = JobInterface;
    constexpr auto changing = SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE;
    static const std::array table{
        sd_bus_vtable SD_BUS_VTABLE_START(0),
        sd_bus_vtable SD_BUS_METHOD("Cancel", "", "", bus::serve<&J::cancel>, SD_BUS_VTABLE_UNPRIVILEGED),
        sd_bus_vtable SD_BUS_PROPERTY("Kind", "s", bus::property<&J::kind>, 0, SD_BUS_VTABLE_PROPERTY_CONST),
        sd_bus_vtable SD_BUS_PROPERTY("State", "s", bus::property<&J::state>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("Progress", "(tts)", bus::property<&J::progress>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("Parts", "a(sstt)", bus::property<&J::parts>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("Findings", "a(sssassb)", bus::property<&J::findings>, 0, 0),
        sd_bus_vtable SD_BUS_PROPERTY("Result", "o", bus::property<&J::result>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("Results", "a(os)", bus::property<&J::results>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("Error", "(ss)", bus::property<&J::error>, 0, changing),
        sd_bus_vtable SD_BUS_SIGNAL_WITH_NAMES(
            "Finished", "so(ss)", SD_BUS_PARAM(state) SD_BUS_PARAM(result) SD_BUS_PARAM(error), 0),
        sd_bus_vtable SD_BUS_VTABLE_END,
    };
    return table.data();
}

} // namespace slipway::api
