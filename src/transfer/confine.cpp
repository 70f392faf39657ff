// SPDX-License-Identifier: LGPL-2.1-or-later
// Confine: network namespace, root, capabilities, no new privileges, system calls, in this order.
#include "transfer/confine.hpp"

#include "base/failure.hpp"
#include "transfer/syscall_filter.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <sched.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::transfer {

namespace {

// What giving files their owner, mode and attributes needs.
constexpr std::array<cap_value_t, 5> kept_capabilities{CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID,
                                                       CAP_SETFCAP};

struct FreeCapabilities {
    void operator()(cap_t capabilities) const noexcept { ::cap_free(capabilities); }
};

void drop_bounding_set()
{
    // The first that the kernel does not know ends the list.
    for (cap_value_t capability = 0; ::prctl(PR_CAPBSET_READ, capability) >= 0; ++capability)
        if (std::find(kept_capabilities.begin(), kept_capabilities.end(), capability) ==
            kept_capabilities.end())
            check(::prctl(PR_CAPBSET_DROP, capability), "drop a capability");
}

void drop_capabilities()
{
    drop_bounding_set();
    const std::unique_ptr<_cap_struct, FreeCapabilities> capabilities{::cap_init()};
    check(capabilities ? 0 : -1, "drop capabilities");
    for (const cap_flag_t set : {CAP_PERMITTED, CAP_EFFECTIVE})
        check(::cap_set_flag(capabilities.get(), set, kept_capabilities.size(), kept_capabilities.data(),
                             CAP_SET),
              "drop capabilities");
    check(::cap_set_proc(capabilities.get()), "drop capabilities");
}

} // namespace

void confine(int directory)
{
    check(::unshare(CLONE_NEWNET), "leave the network (needs CAP_SYS_ADMIN)");
    check(::fchdir(directory), "enter the directory");
    check(::chroot("."), "make the directory the root (needs CAP_SYS_CHROOT)");
    check(::chdir("/"), "enter the directory");
    ::umask(0);
    drop_capabilities();
    check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "refuse new privileges");
    filter_syscalls();
}

} // namespace slipway::transfer
