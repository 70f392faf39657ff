// SPDX-License-Identifier: LGPL-2.1-or-later
// Exec: one more process in a running container.
#include "base/id.hpp"
#include "engine/container/environment.hpp"
#include "engine/container/lifecycle.hpp"

namespace slipway::engine {

namespace {

// Of whoever comes later the environment that devices want is its own.
void take_device_environment(ContainerSpec& spec)
{
    for (const std::string& variable : spec.device_edits.environment)
        set_variable(spec.environment, variable);
    spec.device_edits.environment.clear();
}

} // namespace

Fd Lifecycle::check_request(const Container& container)
{
    ContainerSpec spec = container.spec;
    spec.arguments = spec.health->arguments;
    spec.has_terminal = false;
    take_device_environment(spec);
    return exec_request(spec, 0, request_ground());
}

async::Task<> Lifecycle::exec(ContainerRef container, ExecRequest wish, Streams streams)
{
    if (container->state == State::paused)
        throw Failure{ErrorCode::not_running,
                      "the container " + container->name() + " is paused (slipway unpause lets it go on)"};
    if (!container->is_running() || !container->monitor)
        throw Failure{ErrorCode::not_running, "the container " + container->name() + " is not running"};
    if (wish.arguments.empty())
        throw Failure{ErrorCode::no_command, "no command to execute"};
    ContainerSpec spec = container->spec;
    spec.arguments = wish.arguments;
    spec.has_terminal = wish.has_terminal;
    take_device_environment(spec);
    for (const std::string& variable : wish.environment)
        set_variable(spec.environment, variable);
    if (!wish.working_directory.empty())
        spec.working_directory = wish.working_directory;
    if (!wish.user.empty())
        spec.user = wish.user;
    if (wish.is_privileged) {
        spec.security.capabilities = all_capabilities();
        spec.security.is_unconfined = true;
        spec.security.seccomp.reset();
        spec.security.has_new_privileges = true;
    }
    const std::string id = make_id();
    const auto waiting = std::make_shared<ExecWait>();
    waiting->container = container.get();
    const Fd request = exec_request(spec, container->row.state.pid, request_ground());
    struct Registered {
        std::map<std::string, std::shared_ptr<ExecWait>>* all;
        std::string id;
        Registered(std::map<std::string, std::shared_ptr<ExecWait>>* in, std::string of)
            : all{in}, id{std::move(of)}
        {
        }
        Registered(const Registered&) = delete;
        Registered& operator=(const Registered&) = delete;
        Registered(Registered&&) = delete;
        Registered& operator=(Registered&&) = delete;
        ~Registered() { all->erase(id); }
    };
    execs_.emplace(id, waiting);
    const Registered registered{&execs_, id};
    container->monitor->exec(id, wish.has_terminal, request, streams);
    streams.clear();
    while (!waiting->is_answered)
        co_await waiting->answered.next();
    if (waiting->failure)
        throw *waiting->failure; // NOLINT: a copy is meant
}

} // namespace slipway::engine
