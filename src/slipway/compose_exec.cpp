// SPDX-License-Identifier: LGPL-2.1-or-later
// compose exec: one more process in a container of a service, with a terminal where we have one.
#include "slipway/compose_services.hpp"
#include "slipway/terminal.hpp"
#include "slipway/verbs.hpp"

#include <unistd.h>

namespace slipway::cli {

int compose_exec(Context& context, const Arguments& arguments)
{
    ProjectOptions which;
    bool is_detached = false;
    bool has_no_terminal = false;
    bool is_privileged = false;
    std::vector<std::string> environment;
    std::string user;
    std::string directory;
    std::optional<std::size_t> number;
    std::vector<std::string> words;
    Options options{"compose [-f FILE]... [-p NAME] exec [OPTIONS] SERVICE COMMAND [ARGUMENT...]",
                    "Runs one more command in a running container of a service, with a terminal where there "
                    "is one here. Options end at SERVICE."};
    options.flag("-d,--detach", is_detached, "Run in the background");
    options.flag("-T,--no-tty,--no-TTY", has_no_terminal, "Give it no terminal");
    options.list("-e,--env", environment, "KEY[=VALUE]",
                 "Set a variable; without VALUE our own is passed on");
    options.text("-w,--workdir", directory, "DIRECTORY", "Where the command starts");
    options.text("-u,--user", user, "USER[:GROUP]", "As whom it runs, by name or number");
    options.flag("--privileged", is_privileged,
                 "Give it every capability and system call, in the container's namespaces");
    options.count("--index", number, "N", "In the container with this number; the first one otherwise");
    add_project_options(options, which);
    options.command("SERVICE", words);
    options.parse(arguments);
    if (words.size() < 2)
        throw UsageError{"COMMAND is required"};

    Arguments rest;
    if (is_detached)
        rest.emplace_back("--detach");
    else
        rest.emplace_back("--interactive");
    if (!has_no_terminal && !is_detached && is_terminal(STDIN_FILENO) && is_terminal(STDOUT_FILENO))
        rest.emplace_back("--tty");
    if (is_privileged)
        rest.emplace_back("--privileged");
    for (const std::string& variable : environment)
        rest.insert(rest.end(), {"--env", variable});
    if (!directory.empty())
        rest.insert(rest.end(), {"--workdir", directory});
    if (!user.empty())
        rest.insert(rest.end(), {"--user", user});
    rest.push_back(container_at(context, project_name(which), words.front(), number).name);
    rest.insert(rest.end(), words.begin() + 1, words.end());
    return exec(context, rest);
}

} // namespace slipway::cli
