// SPDX-License-Identifier: LGPL-2.1-or-later
// delete: what a container has left goes away.
#include "oci-runtime/delete.hpp"

#include "base/failure.hpp"
#include "kernel/process.hpp"
#include "oci-runtime/log.hpp"
#include "oci-runtime/place.hpp"
#include "oci-runtime/resctrl.hpp"
#include "sandbox/hooks.hpp"

#include <csignal>
#include <memory>
#include <poll.h>
#include <regex.h>

namespace slipway::oci_runtime {

namespace {

void run_poststop_hooks(const Context& context, const Container& container, const Record& record)
{
    try {
        const std::vector<oci::Hook> hooks = container.config().hooks.poststop;
        sandbox::run_hooks(hooks, "hooks.poststop", Container::state(record, Status::stopped));
    } catch (const Failure& failure) {
        complain(context, failure.message());
    }
}

// Without a cgroup there is only its own process, whose end is that of its PID namespace.
void kill_process(const Record& record)
{
    try {
        const Fd process = Container::process(record);
        kernel::send_signal(process, SIGKILL);
        pollfd end{process.number(), POLLIN, 0};
        constexpr int patience_ms = 10000;
        ::poll(&end, 1, patience_ms);
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::not_running)
            throw;
    }
}

void delete_one(const Context& context, const std::string& id, bool is_forced)
{
    const Container container = Container::find(context, id);
    const Record record = container.record();
    const Status status = container.status(record);
    if (!is_forced && (status == Status::running || status == Status::paused))
        throw Failure{ErrorCode::container_running,
                      "cannot delete container " + id +
                          " that is not stopped: " + std::string{word_of(status)} + " (see --force)"};
    remove_container(context, container);
}

int delete_matching(const Context& context, const std::string& pattern, bool is_forced)
{
    regex_t expression{};
    if (::regcomp(&expression, pattern.c_str(), REG_EXTENDED | REG_NOSUB) != 0)
        throw UsageError{"--regex: '" + pattern + "' is no regular expression"};
    const std::unique_ptr<regex_t, void (*)(regex_t*)> owner{&expression, ::regfree};
    int status = 0;
    for (const std::string& id : Container::ids(context)) {
        if (::regexec(&expression, id.c_str(), 0, nullptr, 0) != 0)
            continue;
        try {
            delete_one(context, id, is_forced);
        } catch (const Failure& failure) {
            complain(context, failure.message());
            status = 1;
        }
    }
    return status;
}

} // namespace

void remove_container(const Context& context, const Container& container)
{
    const Record record = container.record();
    const bool had_process = record.pid != 0;
    const Place place{record};
    kill_process(record);
    // A frozen one dies too (Linux 5.2); of the old hierarchies' freezer it must be let out.
    if (place.group() && place.group()->is_frozen())
        place.group()->set(cgroupfs::Group::Motion::thawed);
    place.remove();
    remove_resctrl(record.intel_rdt);
    if (had_process)
        run_poststop_hooks(context, container, record);
    container.forget();
}

int delete_container(Context& context, const Arguments& arguments)
{
    std::string id;
    bool is_forced = false;
    bool is_expression = false;
    Options options = make_options("delete [OPTIONS] ID", "Removes a container.");
    options.flag("-f,--force", is_forced, "Kill it first; what does not exist is no failure");
    options.flag("--regex", is_expression, "ID is a regular expression: all that match");
    options.operand("ID", id, "The container's ID");
    options.parse(arguments);
    if (is_expression)
        return delete_matching(context, id, is_forced);
    try {
        delete_one(context, id, is_forced);
    } catch (const Failure& failure) {
        if (!is_forced || failure.code() != ErrorCode::no_such_container)
            throw;
    }
    return 0;
}

} // namespace slipway::oci_runtime
