// SPDX-License-Identifier: LGPL-2.1-or-later
// Rights: the effective capabilities, and what user 0 is worth.
#include "kernel/rights.hpp"

#include <array>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace slipway::kernel {

namespace {

bool has(unsigned capability) noexcept
{
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> data{};
    return ::syscall(SYS_capget, &header, data.data()) == 0 &&
           (data.at(capability / 32).effective >> capability % 32 & 1U) != 0;
}

bool is_in_initial_namespace() noexcept
{
    constexpr ino_t initial = 0xEFFFFFFD; // PROC_USER_INIT_INO (include/linux/proc_ns.h)
    struct stat status {};
    return ::stat("/proc/self/ns/user", &status) == 0 && status.st_ino == initial;
}

} // namespace

bool is_machines_root() noexcept
{
    return ::geteuid() == 0 && (is_in_initial_namespace() || ::access("/run", W_OK) == 0);
}

bool may_mount() noexcept
{
    return has(CAP_SYS_ADMIN);
}

bool may_map_ids() noexcept
{
    return has(CAP_SETUID) && has(CAP_SETGID);
}

} // namespace slipway::kernel
