// SPDX-License-Identifier: LGPL-2.1-or-later
// Spawning by clone(2) with CLONE_VM and CLONE_VFORK: no page table is copied, however large the parent is.
//
// The child runs on a stack of its own in the parent's memory until execve(2). It must not allocate, throw or
// touch what it does not own; a failed call leaves its errno in the order, where the parent finds it.
//
// A follower is born in a cgroup, which only clone3(2) can, and that has no wrapper that would leave the
// stack alone: it has a copy of the parent's memory.
#include "kernel/spawn.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace slipway::kernel {
namespace {

constexpr std::size_t child_stack_size = 64U << 10U;

struct Order {
    const char* path;
    int program;
    std::vector<char*> argv;
    std::vector<char*> environment;
    std::vector<DescriptorMapping> descriptors;
    int first_unused;
    int error = 0;
    const char* failed_deed = "";
};

class Stack {
  public:
    Stack()
        : base_{::mmap(nullptr, child_stack_size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)}
    {
        if (base_ == MAP_FAILED)
            throw errno_failure(errno, "mmap", "a child's stack");
    }
    ~Stack() { ::munmap(base_, child_stack_size); }
    Stack(const Stack&) = delete;
    Stack& operator=(const Stack&) = delete;
    void* top() const noexcept { return static_cast<char*>(base_) + child_stack_size; }

  private:
    void* base_;
};

// While it lives no signal is delivered, so that no handler of the parent runs in the child.
class BlockedSignals {
  public:
    BlockedSignals()
    {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~BlockedSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;

  private:
    sigset_t before_{};
};

// Copies of the mapped descriptors above every number that the child wants, so that no mapping overwrites
// what a later one has yet to read.
std::vector<Fd> copies_above(std::vector<DescriptorMapping>& descriptors, int first_unused)
{
    std::vector<Fd> copies;
    copies.reserve(descriptors.size());
    for (DescriptorMapping& mapping : descriptors) {
        Fd& copy =
            copies.emplace_back(check(::fcntl(mapping.from, F_DUPFD_CLOEXEC, first_unused), "duplicate"));
        mapping.from = copy.number();
    }
    return copies;
}

std::vector<char*> pointers_to(const std::vector<std::string>& words)
{
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (const std::string& word : words)
        pointers.push_back(const_cast<char*>(word.c_str())); // NOLINT: execve(2) does not write to them
    pointers.push_back(nullptr);
    return pointers;
}

// Runs in the child.
[[noreturn]] void fail(Order& order)
{
    order.error = errno;
    ::_exit(127);
}

enum class Mask { none, all_but_childrens };

// Returns where the program cannot be executed.
void execute(Order& order, Mask mask)
{
    struct sigaction default_action = {};
    default_action.sa_handler = SIG_DFL;
    for (int signal = 1; signal < _NSIG; ++signal)
        ::sigaction(signal, &default_action, nullptr); // refused for KILL and STOP, and glibc's own two

    for (const DescriptorMapping& mapping : order.descriptors)
        if (::dup2(mapping.from, mapping.to) < 0) {
            order.failed_deed = "dup2";
            return;
        }
    for (int number = 0; number < order.first_unused; ++number) {
        const auto has_number = [number](const DescriptorMapping& mapping) { return mapping.to == number; };
        if (std::none_of(order.descriptors.begin(), order.descriptors.end(), has_number))
            ::close(number);
    }
    // Marked rather than closed: a program given as a descriptor is still needed.
    if (::syscall(SYS_close_range, static_cast<unsigned>(order.first_unused), ~0U, CLOSE_RANGE_CLOEXEC) < 0) {
        // Before 5.11 there is no such flag.
        const long limit = ::sysconf(_SC_OPEN_MAX);
        for (int number = order.first_unused; number < limit; ++number)
            ::fcntl(number, F_SETFD, FD_CLOEXEC);
    }

    sigset_t blocked;
    ::sigemptyset(&blocked);
    if (mask == Mask::all_but_childrens) {
        ::sigfillset(&blocked);
        ::sigdelset(&blocked, SIGCHLD); // some reap their children by it only
    }
    ::sigprocmask(SIG_SETMASK, &blocked, nullptr);

    if (order.path != nullptr)
        ::execve(order.path, order.argv.data(), order.environment.data());
    else
        ::syscall(SYS_execveat, order.program, "", order.argv.data(), order.environment.data(),
                  AT_EMPTY_PATH);
    order.failed_deed = "execute";
}

int run_child(void* argument)
{
    Order& order = *static_cast<Order*>(argument);
    execute(order, Mask::none);
    fail(order);
}

// Where those who have started it listen.
[[noreturn]] void tell_and_exit(const char* deed)
{
    const char* const reason = std::strerror(errno); // NOLINT: one thread
    for (const char* const word : {deed, ": ", reason, "\n"})
        static_cast<void>(::write(STDERR_FILENO, word, std::strlen(word)));
    ::_exit(127);
}

[[noreturn]] void run_follower(Order& order, pid_t parent, int user_namespace)
{
    // It has our errors' descriptor until it has its own.
    for (const DescriptorMapping& mapping : order.descriptors)
        if (mapping.to == STDERR_FILENO)
            ::dup2(mapping.from, STDERR_FILENO);
    if (user_namespace >= 0 && ::setns(user_namespace, CLONE_NEWUSER) < 0)
        tell_and_exit("enter the user namespace");
    // After that: other credentials take it away.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent)
        ::_exit(127);
    execute(order, Mask::all_but_childrens);
    tell_and_exit(order.failed_deed);
}

Spawned run(Order& order, const std::string& name)
{
    int pidfd = -1;
    pid_t pid = -1;
    const Stack stack;
    {
        const BlockedSignals blocked;
        pid = ::clone(run_child, stack.top(), CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &order, &pidfd);
    }
    check(pid, "clone", name);
    Spawned spawned{.pid = pid, .pidfd = Fd{pidfd}};
    if (order.error != 0) {
        ::waitpid(pid, nullptr, 0);
        throw errno_failure(order.error, order.failed_deed, name);
    }
    return spawned;
}

Spawned spawn(const char* path, int program, const std::string& name, const std::vector<std::string>& argv,
              const std::vector<std::string>& environment, const std::vector<DescriptorMapping>& descriptors)
{
    int first_unused = 0;
    for (const DescriptorMapping& mapping : descriptors)
        first_unused = std::max(first_unused, mapping.to + 1);

    Fd high_program;
    if (program >= 0)
        high_program = Fd{check(::fcntl(program, F_DUPFD_CLOEXEC, first_unused), "duplicate", name)};
    Order order{.path = path,
                .program = high_program.number(),
                .argv = pointers_to(argv),
                .environment = pointers_to(environment),
                .descriptors = descriptors,
                .first_unused = first_unused};
    const std::vector<Fd> copies = copies_above(order.descriptors, first_unused);
    return run(order, name);
}

} // namespace

std::vector<std::string> own_environment()
{
    std::vector<std::string> variables;
    for (char** variable = environ; *variable != nullptr; ++variable)
        variables.emplace_back(*variable);
    return variables;
}

Spawned spawn(const std::string& path, const std::vector<std::string>& argv,
              const std::vector<std::string>& environment, const std::vector<DescriptorMapping>& descriptors)
{
    return spawn(path.c_str(), -1, path, argv, environment, descriptors);
}

Spawned spawn_follower(const std::string& path, const std::vector<std::string>& argv,
                       const std::vector<DescriptorMapping>& descriptors, FollowerPlace place)
{
    int first_unused = 0;
    for (const DescriptorMapping& mapping : descriptors)
        first_unused = std::max(first_unused, mapping.to + 1);
    const std::vector<std::string> environment = own_environment();
    Order order{.path = path.c_str(),
                .program = -1,
                .argv = pointers_to(argv),
                .environment = pointers_to(environment),
                .descriptors = descriptors,
                .first_unused = first_unused};
    const std::vector<Fd> copies = copies_above(order.descriptors, first_unused);
    int pidfd = -1;
    clone_args arguments{};
    arguments.flags = CLONE_PIDFD;
    arguments.exit_signal = SIGCHLD;
    arguments.pidfd = reinterpret_cast<std::uint64_t>(&pidfd); // NOLINT: the kernel's interface
    if (place.cgroup >= 0) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = static_cast<std::uint64_t>(place.cgroup);
    }
    const pid_t parent = ::getpid();
    const BlockedSignals blocked;
    const long pid = ::syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid == 0)
        run_follower(order, parent, place.user_namespace);
    check(static_cast<int>(pid), "clone", path);
    return {.pid = static_cast<pid_t>(pid), .pidfd = Fd{pidfd}};
}

Spawned spawn(const Fd& program, const std::vector<std::string>& argv,
              const std::vector<std::string>& environment, const std::vector<DescriptorMapping>& descriptors)
{
    return spawn(nullptr, program.number(), argv.empty() ? std::string{} : argv.front(), argv, environment,
                 descriptors);
}

} // namespace slipway::kernel
