// SPDX-License-Identifier: LGPL-2.1-or-later
// exec: one more process in a running container, in the foreground or the background.
#include "client/manager.hpp"
#include "slipway/environment.hpp"
#include "slipway/payload.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

namespace {

struct ExecOptions {
    bool is_detached = false;
    bool opens_stdin = false;
    std::string container;
    client::ExecSettings settings;
};

ExecOptions read_exec_options(const Arguments& arguments)
{
    ExecOptions exec;
    client::ExecSettings& settings = exec.settings;
    std::vector<std::string> environment;
    std::vector<std::string> environment_files;
    std::vector<std::string> words;
    Options options{
        "exec [OPTIONS] NAME COMMAND [ARGUMENT...]",
        "Runs one more command in a running container. Options end at NAME: what stands behind it is the "
        "command's."};
    options.flag("-d,--detach", exec.is_detached, "Run in the background");
    options.flag("-i,--interactive", exec.opens_stdin, "Let it read our standard input");
    options.flag("-t,--tty", settings.has_terminal, "Give it a terminal");
    options.list("-e,--env", environment, "KEY[=VALUE]",
                 "Set a variable; without VALUE our own is passed on");
    options.list("--env-file", environment_files, "FILE", "Set the variables in FILE, one a line");
    options.text("-w,--workdir", settings.working_directory, "DIRECTORY", "Where the command starts");
    options.text("-u,--user", settings.user, "USER[:GROUP]", "As whom it runs, by name or number");
    options.flag("--privileged", settings.is_privileged,
                 "Give it every capability and system call, in the container's namespaces");
    options.command("NAME", words);
    options.parse(arguments);
    if (words.size() < 2)
        throw UsageError{"COMMAND is required"};

    exec.container = words.front();
    settings.command.assign(words.begin() + 1, words.end());
    settings.environment = gather_environment(environment_files, environment);
    return exec;
}

} // namespace

int exec(Context& context, const Arguments& arguments)
{
    const ExecOptions options = read_exec_options(arguments);
    const Wishes wishes{options.settings.has_terminal, options.opens_stdin};
    if (!options.is_detached)
        require_terminal(wishes);
    client::Manager manager{context.engine()};
    client::Container container{context.engine(), context.await(manager.find_container(options.container))};
    if (options.is_detached) {
        context.await(container.exec(options.settings, {}));
        return 0;
    }
    const Begin begin = [&](client::Streams streams) { return container.exec(options.settings, streams); };
    const AskStatus ask_status = []() -> int {
        throw Failure{ErrorCode::unavailable,
                      "the container ended, or its monitor, before the command's status was known"};
    };
    return run_in_foreground(context, wishes, LeaveWhen::drained, begin, ask_status);
}

} // namespace slipway::cli
