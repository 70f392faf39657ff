// SPDX-License-Identifier: LGPL-2.1-or-later
// NamespaceHolder: its mappings are written from outside, its namespaces opened by /proc.
#include "kernel/namespace_holder.hpp"

#include "base/failure.hpp"
#include "kernel/id_mapping.hpp"

#include <csignal>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <string>
#include <sys/prctl.h>
#include <unistd.h>

namespace slipway::kernel {

namespace {

Helper start_holder(unsigned long flags)
{
    try {
        return Helper{CLONE_NEWUSER | flags, [maker = ::getpid()] { wait_for_end(maker); }};
    } catch (const Failure& failure) {
        throw failure.within(
            "the host refuses a user namespace (see the sysctls user.max_user_namespaces and "
            "kernel.unprivileged_userns_clone)");
    }
}

} // namespace

void wait_for_end(pid_t maker)
{
    // The maker may be killed at any moment, and may have died before.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    while (::getppid() == maker)
        ::pause();
}

NamespaceHolder::NamespaceHolder(const IdRanges& ranges, unsigned long flags) : child_{start_holder(flags)}
{
    map_ids(child_.pid(), ranges);
}

Fd NamespaceHolder::open(std::string_view name) const
{
    const std::string path = "/proc/" + std::to_string(child_.pid()) + "/ns/" + std::string{name};
    return Fd{check(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path)};
}

} // namespace slipway::kernel
