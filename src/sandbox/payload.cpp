// SPDX-License-Identifier: LGPL-2.1-or-later
// The payload's own last steps, in the order in which they lose power.
#include "sandbox/payload.hpp"

#include "base/packet.hpp"
#include "sandbox/credentials.hpp"
#include "sandbox/execute.hpp"
#include "sandbox/hooks.hpp"
#include "sandbox/labels.hpp"
#include "sandbox/limits.hpp"
#include "sandbox/namespaces.hpp"
#include "sandbox/null_device.hpp"
#include "sandbox/terminal.hpp"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace slipway::sandbox {

namespace {

// Waits for a word of whoever started us, and ends with them.
void await_word(int conversation)
{
    if (!receive_packet(conversation))
        ::_exit(1);
}

void enter_root(const Birth& birth)
{
    const LaunchRequest& request = birth.request;
    if (const oci::Namespace* own = oci::find_namespace(request.config.linux, oci::NamespaceType::cgroup);
        own != nullptr && own->path.empty())
        check(::unshare(CLONE_NEWCGROUP), "make a cgroup namespace");
    birth.root->finish(birth.door);
    if (request.awaits_hooks) {
        send_packet(birth.conversation, R"({"event":"created"})");
        await_word(birth.conversation);
    }
    const bool has_hooks = !request.config.hooks.create_container.empty();
    if (has_hooks && (request.overlay || request.tree) && request.config.root.path.starts_with('/'))
        birth.root->show_at(request.config.root.path);
    if (has_hooks)
        run_hooks(request.config.hooks.create_container, "hooks.createContainer",
                  state_with(request.state, "creating", ::getpid()));
    birth.root->enter();
}

void enter_working_directory(const std::string& path)
{
    check(::chdir(path.c_str()), "enter the working directory", path);
    // The kernel marks a directory that is not below the root: one of the host's, by a descriptor that
    // leaked.
    std::string place(4096, '\0');
    const long length = ::syscall(SYS_getcwd, place.data(), place.size());
    if (length < 1 || place.front() != '/')
        throw Failure{ErrorCode::start_failed, "process.cwd: " + path + " is not in the container"};
}

void reset_signals()
{
    for (int signal = 1; signal < NSIG; ++signal)
        ::signal(signal, SIG_DFL); // NOLINT: some cannot be set, and need not
    sigset_t none{};
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Here, and not by execve(2): in the midst of it the memory belongs to the container's user namespace
// already, and one who may trace there could take the host's descriptors before they are closed.
void close_all_but(std::vector<int> left)
{
    std::sort(left.begin(), left.end());
    unsigned next = 3;
    for (const int number : left) {
        const auto kept = static_cast<unsigned>(number);
        if (kept > next)
            check(::syscall(SYS_close_range, next, kept - 1, 0U), "close descriptors");
        next = std::max(next, kept + 1);
    }
    check(::syscall(SYS_close_range, next, ~0U, 0U), "close descriptors");
}

// What the payload is to have moves to its place; all else is closed, but for the conversation, which
// execve(2) closes. Returns its new number.
int arrange_descriptors(const LaunchRequest& request, int conversation)
{
    const int beyond = request.preserved.empty()
                           ? 3
                           : *std::max_element(request.preserved.begin(), request.preserved.end()) + 1;
    const int past_both =
        std::max(beyond, first_preserved_number + static_cast<int>(request.preserved.size()));
    const int kept = check(::fcntl(conversation, F_DUPFD_CLOEXEC, past_both), "keep the conversation");
    std::vector<Fd> copies;
    for (std::size_t i = 0; i < request.preserved.size(); ++i)
        copies.emplace_back(
            check(::fcntl(first_preserved_number + static_cast<int>(i), F_DUPFD_CLOEXEC, past_both),
                  "keep a descriptor"));
    for (std::size_t i = 0; i < copies.size(); ++i)
        check(::dup2(copies[i].number(), request.preserved[i]), "keep a descriptor");
    copies.clear();
    std::vector<int> left = request.preserved;
    left.push_back(kept);
    close_all_but(std::move(left));
    return kept;
}

// Somebody connects and then waits for our end of the connection: closed by execve(2), or with a reason
// before.
Fd await_start()
{
    Fd connection{check(::accept4(gate_number, nullptr, nullptr, SOCK_CLOEXEC), "wait for the start")};
    await_word(connection.number());
    return connection;
}

// The descriptor for notifications is fetched out of this process, which may not be able to send any more.
void load_with_listener(const Filter& filter, int conversation)
{
    const int next = check(::fcntl(conversation, F_DUPFD_CLOEXEC, 0), "find a free descriptor");
    ::close(next);
    send_packet(conversation, R"({"event":"listener","number":)" + std::to_string(next) + "}");
    const Fd listener = filter.load();
    char nothing = 0;
    static_cast<void>(::read(conversation, &nothing, 1));
}

} // namespace

void become_payload(const Birth& birth)
{
    const LaunchRequest& request = birth.request;
    const oci::Linux& settings = request.config.linux;
    const oci::Process& process = *request.config.process;
    const ResolvedUser& user = birth.user;
    const bool has_listener = settings.seccomp && !settings.seccomp->listener_path.empty();
    check(::setsid(), "begin a session");
    if (oci::find_namespace(settings, oci::NamespaceType::user) != nullptr)
        become_its_root();
    const Labels labels{process, birth.proc};
    if (birth.root != nullptr)
        enter_root(birth);
    if (process.terminal) {
        const Fd master =
            take_terminal(process, user.ids.uid, birth.root != nullptr ? Console::made : Console::none);
        send_packet(birth.conversation, R"({"event":"terminal"})", {master.number()});
    }
    take_own_null_device();
    enter_working_directory(process.cwd);
    ::umask(user.ids.umask.value_or(022));
    take_limits(process, settings);
    if (request.is_exec && process.exec_cpu_affinity)
        take_affinity(process.exec_cpu_affinity->final);
    std::vector<std::string> environment = process.env;
    if (std::none_of(environment.begin(), environment.end(),
                     [](const std::string& variable) { return variable.starts_with("HOME="); }))
        environment.push_back("HOME=" + user.home);

    int conversation = birth.conversation;
    // Without no_new_privs the filter wants a capability, so it comes while there is one.
    bool is_filtered = !birth.filter;
    const auto filter = [&] {
        if (std::exchange(is_filtered, true))
            return;
        if (has_listener)
            load_with_listener(*birth.filter, conversation);
        else
            birth.filter->load();
    };
    if (!process.no_new_privileges)
        filter();
    const auto keeps_groups = request.config.annotations.find("run.oci.keep_original_groups");
    take_credentials(user, capability_bits(process),
                     keeps_groups != request.config.annotations.end() && keeps_groups->second == "1"
                         ? Groups::as_they_are
                         : Groups::of_user);
    check(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "become non-dumpable");
    if (process.no_new_privileges)
        check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "give up new privileges");
    reset_signals();
    Fd start;
    if (request.has_gate) {
        require_program(process.args.front(), environment);
        if (has_listener)
            filter();
        send_packet(conversation, R"({"event":"prepared"})");
        start = await_start();
        conversation = start.number();
    }
    if (request.follows_monitor) {
        check(::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), "follow the monitor");
    }
    try {
        if (!request.config.hooks.start_container.empty() && !request.is_exec)
            run_hooks(request.config.hooks.start_container, "hooks.startContainer",
                      state_with(request.state, "created", ::getpid()));
        labels.take();
        conversation = arrange_descriptors(request, conversation);
        filter();
        execute(process.args, environment);
    } catch (const Failure& failure) {
        report(conversation, failure);
        ::_exit(1);
    }
}

} // namespace slipway::sandbox
