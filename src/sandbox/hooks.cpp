// SPDX-License-Identifier: LGPL-2.1-or-later
// Hooks: spawned, fed and waited for.
#include "sandbox/hooks.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "kernel/process.hpp"
#include "kernel/spawn.hpp"

#include <csignal>
#include <cstring>
#include <poll.h>
#include <sys/wait.h>

namespace slipway::sandbox {

namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& path, const std::string& reason)
{
    throw Failure{ErrorCode::start_failed, name + ": " + path + " " + reason};
}

void run_hook(const oci::Hook& hook, const std::string& name, const std::string& state)
{
    // A memory file, since a hook that does not read must not hold us up.
    const Fd input = make_memory_file("state", state);
    const std::vector<std::string> arguments =
        hook.args.empty() ? std::vector<std::string>{hook.path} : hook.args;
    kernel::Spawned child;
    try {
        child = kernel::spawn(hook.path, arguments, hook.env ? *hook.env : kernel::own_environment(),
                              {{input.number(), 0}, {1, 1}, {2, 2}});
    } catch (const Failure& failure) {
        throw Failure{ErrorCode::start_failed, name + ": " + failure.message()};
    }
    pollfd end{child.pidfd.number(), POLLIN, 0};
    int result = 0;
    do
        result = ::poll(&end, 1, hook.timeout ? *hook.timeout * 1000 : -1);
    while (result < 0 && errno == EINTR);
    if (result == 0)
        kernel::send_signal(child.pidfd, SIGKILL);
    int status = 0;
    ::waitpid(child.pid, &status, 0);
    if (result == 0)
        refuse(name, hook.path, "took longer than " + std::to_string(hook.timeout.value_or(0)) + " s");
    if (WIFSIGNALED(status))
        refuse(name, hook.path, "was killed by signal " + std::to_string(WTERMSIG(status)));
    if (WEXITSTATUS(status) != 0)
        refuse(name, hook.path, "ended with status " + std::to_string(WEXITSTATUS(status)));
}

} // namespace

void run_hooks(const std::vector<oci::Hook>& hooks, const std::string& kind, const std::string& state)
{
    for (std::size_t i = 0; i < hooks.size(); ++i)
        run_hook(hooks[i], kind + "[" + std::to_string(i) + "]", state);
}

std::string state_with(const std::string& state, const std::string& status, int pid)
{
    Json json = parse_json(state.empty() ? "{}" : state);
    json["status"] = status;
    json["pid"] = pid;
    return json_text(json);
}

} // namespace slipway::sandbox
