// SPDX-License-Identifier: LGPL-2.1-or-later
// NamespaceHolder: its mappings are written from outside, its namespaces opened by /proc.
#include "kernel/namespace_holder.hpp"

#include "base/failure.hpp"
#include "kernel/id_mapping.hpp"

#include <csignal>
#include <fcntl.h>
#include <sched.h>
#include <string>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace slipway::kernel {

namespace {

int hold(void* maker)
{
    wait_for_end(*static_cast<const pid_t*>(maker));
    ::_exit(0);
}

} // namespace

void wait_for_end(pid_t maker)
{
    // The maker may be killed at any moment, and may have died before.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    while (::getppid() == maker)
        ::syscall(SYS_ppoll, nullptr, 0, nullptr, nullptr, 0); // unlike pause(3): no point of cancellation
}

NamespaceHolder::Waiter::Waiter(unsigned long flags)
    : stack_{std::make_unique<Stack>()}, maker_{::getpid()},
      pid_{::clone(&hold, stack_->end(), static_cast<int>(CLONE_VM | CLONE_NEWUSER | SIGCHLD | flags),
                   &maker_)}
{
    if (pid_ < 0)
        throw errno_failure(errno, "start a helper")
            .within("the host refuses a user namespace (see the sysctls user.max_user_namespaces and "
                    "kernel.unprivileged_userns_clone)");
}

NamespaceHolder::Waiter::~Waiter()
{
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

NamespaceHolder::NamespaceHolder(const IdRanges& ranges, unsigned long flags) : child_{flags}
{
    map_ids(child_.pid(), ranges);
}

Fd NamespaceHolder::open(std::string_view name) const
{
    const std::string path = "/proc/" + std::to_string(child_.pid()) + "/ns/" + std::string{name};
    return Fd{check(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path)};
}

} // namespace slipway::kernel
