// SPDX-License-Identifier: LGPL-2.1-or-later
// JobWatch: signals first, a look at the job now and then in case its engine is gone.
#include "client/job.hpp"

#include "async/timer.hpp"

namespace slipway::client {

namespace {

// Signals tell the end at once; this only bounds how long an engine that died goes unnoticed.
constexpr std::chrono::seconds look_interval{2};

std::string outcome(const JobInfo& job)
{
    if (job.state == "done")
        return job.result;
    if (job.state == "cancelled")
        throw Failure{ErrorCode::cancelled, job.error_message.empty() ? "cancelled" : job.error_message};
    throw bus::RemoteFailure{bus::code_of_error_name(job.error_name), job.error_name, job.error_message};
}

} // namespace

JobInfo read_job(bus::Message& properties)
{
    JobInfo job;
    const PropertyReader progress = [&job](bus::Message& message) {
        const char* phase = nullptr;
        message.read("v", "(tts)", &job.progress.done, &job.progress.total, &phase);
        job.progress.phase = phase;
    };
    const PropertyReader parts = [&job](bus::Message& message) {
        message.enter('v', "a(sstt)");
        message.enter('a', "(sstt)");
        const char* name = nullptr;
        const char* phase = nullptr;
        JobPart part;
        while (message.read("(sstt)", &name, &phase, &part.done, &part.total)) {
            part.name = name;
            part.phase = phase;
            job.progress.parts.push_back(part);
        }
        message.exit();
        message.exit();
    };
    const PropertyReader findings = [&job](bus::Message& message) {
        message.enter('v', "a(sssassb)");
        message.enter('a', "(sssassb)");
        while (message.enter('r', "sssassb")) {
            Finding finding;
            finding.kind = message.read_string();
            finding.place = message.read_string();
            finding.message = message.read_string();
            finding.images = message.read_strings();
            finding.outcome = message.read_string();
            int is_settled = 0;
            message.read("b", &is_settled);
            finding.is_settled = is_settled != 0;
            message.exit();
            job.findings.push_back(std::move(finding));
        }
        message.exit();
        message.exit();
    };
    const PropertyReader results = [&job](bus::Message& message) {
        message.enter('v', "a(os)");
        message.enter('a', "(os)");
        const char* path = nullptr;
        const char* name = nullptr;
        while (message.read("(os)", &path, &name))
            job.results.emplace_back(path, name);
        message.exit();
        message.exit();
    };
    const PropertyReader error = [&job](bus::Message& message) {
        const char* name = nullptr;
        const char* text = nullptr;
        message.read("v", "(ss)", &name, &text);
        job.error_name = name;
        job.error_message = text;
    };
    read_properties(properties, {
                                    {"Kind", into(job.kind)},
                                    {"State", into(job.state)},
                                    {"Progress", progress},
                                    {"Parts", parts},
                                    {"Findings", findings},
                                    {"Result", into_path(job.result)},
                                    {"Results", results},
                                    {"Error", error},
                                });
    return job;
}

async::Task<JobInfo> fetch_job(Engine& engine, std::string path)
{
    bus::Message properties = co_await fetch_properties(engine, std::move(path), job_interface);
    co_return read_job(properties);
}

JobWatch::JobWatch(Engine& engine, OnProgress on_progress)
    : engine_{&engine}, on_progress_{std::move(on_progress)}
{
    finished_slot_ = engine.hear("", job_interface, "Finished",
                                 [this](bus::Message signal) { finished(std::move(signal)); });
    changed_slot_ = engine.hear("", "org.freedesktop.DBus.Properties", "PropertiesChanged",
                                [this](bus::Message signal) { changed(std::move(signal)); });
}

void JobWatch::finished(bus::Message signal)
{
    try {
        JobInfo job;
        const char* state = nullptr;
        const char* result = nullptr;
        const char* name = nullptr;
        const char* text = nullptr;
        signal.read("so(ss)", &state, &result, &name, &text);
        job.state = state;
        job.result = result;
        job.error_name = name;
        job.error_message = text;
        finished_[signal.path()] = std::move(job);
        came_.notify();
    } catch (const Failure&) {
        // Not as the interface says: the look at the job's properties decides.
    }
}

void JobWatch::changed(bus::Message signal)
{
    try {
        if (signal.path() != watched_ || signal.read_string() != job_interface || !on_progress_)
            return;
        const JobInfo job = read_job(signal);
        if (!job.progress.phase.empty() || !job.progress.parts.empty())
            on_progress_(job.progress);
    } catch (const Failure&) {
        // Progress is only for show.
    }
}

async::Task<> JobWatch::news()
{
    co_await came_.next();
}

async::Task<std::string> JobWatch::wait(std::string path)
{
    watched_ = path;
    for (;;) {
        if (const auto found = finished_.find(path); found != finished_.end())
            co_return outcome(found->second);
        bool is_silent = false;
        try {
            async::Task<> next = news();
            co_await async::within(engine_->loop(), look_interval, std::move(next));
        } catch (const Failure&) {
            is_silent = true;
        }
        if (!is_silent)
            continue;
        try {
            bus::Message properties = co_await fetch_properties(*engine_, path, job_interface);
            const JobInfo job = read_job(properties);
            if (job.state != "running")
                co_return outcome(job);
        } catch (const bus::RemoteFailure& failure) {
            if (failure.name() == SD_BUS_ERROR_UNKNOWN_OBJECT)
                throw Failure{ErrorCode::unavailable, "the engine ended before the job was done"};
            throw;
        }
    }
}

async::Task<> JobWatch::cancel(std::string path)
{
    Method method{std::move(path), job_interface, "Cancel"};
    co_await engine_->call(std::move(method), Effect::changes);
}

} // namespace slipway::client
