// SPDX-License-Identifier: LGPL-2.1-or-later
// Confine: network namespace, root, capabilities, no new privileges, system calls, in this order.
#include "transfer/confine.hpp"

#include "base/failure.hpp"
#include "transfer/syscall_filter.hpp"

#include <algorithm>
#include <memory>
#include <sched.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace slipway::transfer {

namespace {

using Capabilities = std::vector<cap_value_t>;

struct FreeCapabilities {
    void operator()(cap_t capabilities) const noexcept { ::cap_free(capabilities); }
};

bool is_permitted(cap_value_t capability)
{
    const std::unique_ptr<_cap_struct, FreeCapabilities> own{::cap_get_proc()};
    cap_flag_value_t value = CAP_CLEAR;
    check(own ? ::cap_get_flag(own.get(), capability, CAP_PERMITTED, &value) : -1, "read the capabilities");
    return value == CAP_SET;
}

Capabilities kept_for(Deed deed, Marks marks)
{
    Capabilities kept{CAP_DAC_READ_SEARCH};
    if (deed != Deed::read) {
        // What giving files their owner, mode and attributes needs.
        kept = {CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_SETFCAP};
        // Whiteouts are devices to kernels before 5.8. Not every container that slipway runs in has it.
        if (is_permitted(CAP_MKNOD))
            kept.push_back(CAP_MKNOD);
    }
    if (marks == Marks::trusted)
        kept.push_back(CAP_SYS_ADMIN);
    return kept;
}

void drop_bounding_set(const Capabilities& kept)
{
    // The first that the kernel does not know ends the list.
    for (cap_value_t capability = 0; ::prctl(PR_CAPBSET_READ, capability) >= 0; ++capability)
        if (std::find(kept.begin(), kept.end(), capability) == kept.end())
            check(::prctl(PR_CAPBSET_DROP, capability), "drop a capability");
}

void drop_capabilities(const Capabilities& kept)
{
    drop_bounding_set(kept);
    const std::unique_ptr<_cap_struct, FreeCapabilities> capabilities{::cap_init()};
    check(capabilities ? 0 : -1, "drop capabilities");
    for (const cap_flag_t set : {CAP_PERMITTED, CAP_EFFECTIVE})
        check(::cap_set_flag(capabilities.get(), set, static_cast<int>(kept.size()), kept.data(), CAP_SET),
              "drop capabilities");
    check(::cap_set_proc(capabilities.get()), "drop capabilities");
}

} // namespace

void confine(int directory, Deed deed, Marks marks)
{
    check(::unshare(CLONE_NEWNET), "leave the network (needs CAP_SYS_ADMIN)");
    check(::fchdir(directory), "enter the directory");
    check(::chroot("."), "make the directory the root (needs CAP_SYS_CHROOT)");
    check(::chdir("/"), "enter the directory");
    ::umask(0);
    drop_capabilities(kept_for(deed, marks));
    check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "refuse new privileges");
    filter_syscalls(deed);
}

void confine_as_far_as_may_be(int directory, Deed deed)
{
    if (is_permitted(CAP_SYS_ADMIN) && is_permitted(CAP_SYS_CHROOT) && is_permitted(CAP_SETPCAP))
        return confine(directory, deed, Marks::none);
    ::umask(0);
    check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "refuse new privileges");
    filter_syscalls(deed);
}

} // namespace slipway::transfer
