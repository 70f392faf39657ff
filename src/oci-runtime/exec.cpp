// SPDX-License-Identifier: LGPL-2.1-or-later
// exec: one more process in a running container.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "oci-runtime/console.hpp"
#include "oci-runtime/launching.hpp"
#include "oci-runtime/listener.hpp"
#include "oci-runtime/place.hpp"
#include "oci-runtime/wait.hpp"

#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <sstream>

namespace slipway::oci_runtime {

namespace {

struct ExecWish {
    std::string process_file;
    std::string user;
    std::string working_directory;
    std::string pid_file;
    std::string console_socket;
    std::string apparmor_profile;
    std::string selinux_label;
    std::string cgroup;
    std::vector<std::string> environment;
    std::vector<std::string> capabilities;
    std::vector<std::string> groups;
    std::optional<std::size_t> preserved;
    bool has_terminal = false;
    bool is_detached = false;
    bool has_no_new_privileges = false;
    bool is_any_state = false;
    std::vector<std::string> words; // the ID and the command
};

ExecWish parse(const Arguments& arguments)
{
    ExecWish wish;
    Options options = make_options("exec [OPTIONS] ID COMMAND [ARGUMENT...]",
                                   "Runs one more process in a container, with its exit status.");
    options.text("-p,--process", wish.process_file, "FILE", "The process as JSON, in place of a command");
    options.flag("-t,--tty", wish.has_terminal, "With a terminal");
    options.flag("-d,--detach", wish.is_detached, "Leave it running");
    options.text("-u,--user", wish.user, "UID[:GID]", "As this user");
    options.list("-g,--additional-gids", wish.groups, "GID", "In this group too");
    options.text("--cwd", wish.working_directory, "DIRECTORY", "In this directory");
    options.list("-e,--env", wish.environment, "NAME=VALUE", "With this variable");
    options.list("-c,--cap", wish.capabilities, "NAME", "With this capability");
    options.text("--pid-file", wish.pid_file, "FILE", "Where to write the PID");
    options.text("--console-socket", wish.console_socket, "PATH", "Who gets the terminal");
    options.count("--preserve-fds", wish.preserved, "NUMBER", "Descriptors from 3 on that it gets");
    options.flag("--no-new-privs", wish.has_no_new_privileges, "It gains no privileges");
    options.text("--apparmor", wish.apparmor_profile, "NAME", "Under this profile");
    options.text("--process-label", wish.selinux_label, "LABEL", "With this label");
    options.text("--cgroup", wish.cgroup, "PATH", "In this cgroup below the container's");
    options.flag("--ignore-paused", wish.is_any_state, "Wait in a container that is paused");
    options.command("ID", wish.words);
    options.parse(arguments);
    if (wish.words.size() < 2 && wish.process_file.empty())
        throw UsageError{"exec needs a command, or --process"};
    return wish;
}

std::uint32_t number_of(const std::string& text, const char* option)
{
    std::uint32_t number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || stop != text.data() + text.size())
        throw UsageError{std::string{option} + " takes numbers, not '" + text + "'"};
    return number;
}

// A later value of a name replaces the earlier one.
void set_variable(std::vector<std::string>& environment, const std::string& variable)
{
    const std::string name = variable.substr(0, variable.find('=') + 1);
    std::erase_if(environment, [&name](const std::string& old) { return old.starts_with(name); });
    environment.push_back(variable);
}

oci::Process process_of(const ExecWish& wish, const oci::RuntimeConfig& config)
{
    if (!wish.process_file.empty())
        return oci::parse_process(read_file(wish.process_file)).value();
    oci::Process process = *config.process;
    process.args.assign(wish.words.begin() + 1, wish.words.end());
    process.terminal = wish.has_terminal;
    process.no_new_privileges = process.no_new_privileges || wish.has_no_new_privileges;
    for (const std::string& variable : wish.environment)
        set_variable(process.env, variable);
    if (!wish.working_directory.empty())
        process.cwd = wish.working_directory;
    if (!wish.user.empty()) {
        const std::size_t colon = wish.user.find(':');
        process.user.uid = number_of(wish.user.substr(0, colon), "--user");
        process.user.gid = colon == std::string::npos ? 0 : number_of(wish.user.substr(colon + 1), "--user");
    }
    for (const std::string& group : wish.groups)
        process.user.additional_gids.push_back(number_of(group, "--additional-gids"));
    if (!wish.capabilities.empty() && !process.capabilities)
        process.capabilities.emplace();
    for (const std::string& name : wish.capabilities)
        for (auto* const set : {&process.capabilities->bounding, &process.capabilities->effective,
                                &process.capabilities->permitted})
            set->push_back(name);
    if (!wish.apparmor_profile.empty())
        process.apparmor_profile = wish.apparmor_profile;
    if (!wish.selinux_label.empty())
        process.selinux_label = wish.selinux_label;
    return process;
}

// Where the container's own process is: the container's cgroup, or one below it that it has moved to, since
// then no other can hold processes.
Fd cgroup_of(const Record& record, const std::string& below)
{
    if (record.cgroup.empty())
        return {};
    if (!below.empty())
        return cgroupfs::Group{record.cgroup + "/" + below}.birthplace();
    std::istringstream lines{read_file("/proc/" + std::to_string(record.pid) + "/cgroup")};
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("0::" + record.cgroup + "/"))
            return cgroupfs::Group{line.substr(3)}.birthplace();
    return cgroupfs::Group{record.cgroup}.birthplace();
}

} // namespace

int exec(Context& context, const Arguments& arguments)
{
    const ExecWish wish = parse(arguments);
    const Container container = Container::find(context, wish.words.front());
    const Record record = container.record();
    const Status status = container.status(record);
    if (status == Status::paused && !wish.is_any_state)
        throw Failure{ErrorCode::not_running, "cannot exec in a paused container (use --ignore-paused)"};
    if (status != Status::running && status != Status::paused)
        throw Failure{ErrorCode::not_running,
                      "cannot exec in a container that is " + std::string{word_of(status)}};
    sandbox::LaunchRequest request;
    request.is_exec = true;
    request.payload = record.pid;
    request.config = container.config();
    request.config.process = process_of(wish, request.config);
    request.filters = context.root + "/.filters";
    request.has_own_keyring = true;
    const oci::Process& process = *request.config.process;
    if (process.terminal && wish.is_detached && wish.console_socket.empty())
        throw Failure{ErrorCode::invalid_argument,
                      "process.terminal: somebody must take the terminal; use --console-socket"};
    if (!record.cgroup.empty())
        request.joined = cgroupfs::Group{record.cgroup}.member_files();
    if (!wish.is_detached)
        hold_signals();

    Inheritance inheritance;
    inheritance.preserved = static_cast<int>(wish.preserved.value_or(0));
    Launching launching{request, inheritance};
    Place{record}.take_in(launching.launcher());
    launching.await_sandbox();
    launching.release(cgroup_of(record, wish.cgroup));
    Fd terminal;
    launching.conduct({
        .created = [] {},
        .terminal =
            [&](Fd master) {
                if (wish.console_socket.empty())
                    terminal = std::move(master);
                else
                    send_terminal(wish.console_socket, master);
            },
        .listener =
            [&](Fd listener) {
                Record told = record;
                told.pid = launching.pid();
                send_listener(*request.config.linux.seccomp, told, listener);
            },
    });
    if (!wish.pid_file.empty())
        replace_file(wish.pid_file, std::to_string(launching.pid()), Durability::page_cache, 0644);
    launching.keep();
    if (wish.is_detached)
        return 0;
    return wait_in_foreground(launching.pid(), launching.process(), std::move(terminal), nullptr);
}

} // namespace slipway::oci_runtime
