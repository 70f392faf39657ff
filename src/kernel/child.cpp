// SPDX-License-Identifier: LGPL-2.1-or-later
// Children that run our own code.
#include "kernel/child.hpp"

#include "base/failure.hpp"

#include <csignal>
#include <exception>
#include <linux/sched.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace slipway::kernel {

namespace {

constexpr std::size_t stack_size = 512U << 10U;

struct Call {
    const std::function<void()>* deed;
    std::exception_ptr failure;
};

int obey(void* argument)
{
    Call& call = *static_cast<Call*>(argument);
    try {
        (*call.deed)();
    } catch (...) {
        call.failure = std::current_exception();
    }
    ::_exit(0);
}

// Linux 5.3 has clone3(2); its CLONE_INTO_CGROUP is of 5.7.
pid_t clone_by(clone_args& arguments)
{
    return static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof arguments));
}

} // namespace

void run_in_child(const std::function<void()>& deed)
{
    void* const stack =
        ::mmap(nullptr, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) // NOLINT: the C library's own cast
        throw errno_failure(errno, "make a stack");
    Call call{&deed, nullptr};
    const pid_t pid = ::clone(obey, static_cast<char*>(stack) + stack_size,
                              CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, &call);
    const int error = errno;
    if (pid > 0)
        ::waitpid(pid, nullptr, 0);
    ::munmap(stack, stack_size);
    if (pid < 0)
        throw errno_failure(error, "start a child");
    if (call.failure)
        std::rethrow_exception(call.failure);
}

void run_in_mount_namespace(const std::function<void()>& deed)
{
    run_in_child([&deed] {
        check(::unshare(CLONE_NEWNS), "make a mount namespace");
        check(::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr), "detach from the host's mounts");
        deed();
    });
}

Child bear_sibling(const Fd& cgroup)
{
    int descriptor = -1;
    clone_args arguments{};
    arguments.flags = CLONE_PARENT | CLONE_PIDFD;
    arguments.pidfd = reinterpret_cast<std::uint64_t>(&descriptor); // NOLINT: the kernel's interface
    if (cgroup) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = static_cast<std::uint64_t>(cgroup.number());
    }
    Child child;
    child.pid = check(clone_by(arguments), "start the payload");
    if (child.pid > 0)
        child.pidfd = Fd{descriptor};
    return child;
}

Helper::Helper(unsigned long flags, const std::function<void()>& deed)
{
    clone_args arguments{};
    arguments.flags = flags;
    arguments.exit_signal = SIGCHLD;
    pid_ = check(clone_by(arguments), "start a helper");
    if (pid_ == 0) {
        deed();
        ::_exit(0);
    }
}

Helper& Helper::operator=(Helper&& other) noexcept
{
    std::swap(pid_, other.pid_);
    return *this;
}

Helper::~Helper()
{
    if (pid_ <= 0)
        return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

} // namespace slipway::kernel
