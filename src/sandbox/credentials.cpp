// SPDX-License-Identifier: LGPL-2.1-or-later
// Credentials: the bounding set, groups, IDs, capabilities, in the one order in which each is still allowed.
#include "sandbox/credentials.hpp"

#include "base/failure.hpp"
#include "oci/capability_names.hpp"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace slipway::sandbox {

namespace {

constexpr unsigned most_capabilities = 64;

std::uint64_t bits_of(const std::vector<std::string>& names)
{
    std::uint64_t bits = 0;
    for (const std::string& name : names) {
        if (const std::optional<unsigned> number = oci::find_capability(name))
            bits |= std::uint64_t{1} << *number;
    }
    return bits;
}

void drop_bounding(std::uint64_t kept)
{
    for (unsigned capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
        if ((kept >> capability & 1U) == 0)
            check(::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0), "drop a capability");
}

void set_capabilities(const CapabilityBits& bits)
{
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2]{}; // NOLINT: capset(2) wants an array
    for (unsigned half = 0; half < 2; ++half) {
        data[half].effective = static_cast<std::uint32_t>(bits.effective >> (32 * half));
        data[half].permitted = static_cast<std::uint32_t>(bits.permitted >> (32 * half));
        data[half].inheritable = static_cast<std::uint32_t>(bits.inheritable >> (32 * half));
    }
    check(::syscall(SYS_capset, &header, &data), "set process.capabilities");
}

// Only what is permitted and inheritable too can be ambient.
void raise_ambient(const CapabilityBits& bits)
{
    const std::uint64_t possible = bits.ambient & bits.permitted & bits.inheritable;
    for (unsigned capability = 0; capability < most_capabilities; ++capability)
        if ((possible >> capability & 1U) != 0)
            check(::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0),
                  "set process.capabilities.ambient");
}

} // namespace

CapabilityBits capability_bits(const oci::Process& process)
{
    CapabilityBits bits;
    if (process.capabilities) {
        bits.bounding = bits_of(process.capabilities->bounding);
        bits.effective = bits_of(process.capabilities->effective);
        bits.permitted = bits_of(process.capabilities->permitted);
        bits.inheritable = bits_of(process.capabilities->inheritable);
        bits.ambient = bits_of(process.capabilities->ambient);
    }
    return bits;
}

void take_credentials(const ResolvedUser& user, const CapabilityBits& bits, Groups groups)
{
    drop_bounding(bits.bounding);
    if (groups == Groups::of_user) {
        const std::vector<gid_t> list(user.ids.additional_gids.begin(), user.ids.additional_gids.end());
        // A namespace that may not set groups has none to take away (user_namespaces(7)).
        if (::setgroups(list.size(), list.data()) < 0 && (errno != EPERM || !list.empty()))
            throw errno_failure(errno, "set process.user.additionalGids");
    }
    check(::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "keep the capabilities");
    check(::setresgid(user.ids.gid, user.ids.gid, user.ids.gid), "set process.user.gid");
    check(::setresuid(user.ids.uid, user.ids.uid, user.ids.uid), "set process.user.uid");
    check(::prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0), "keep the capabilities");
    set_capabilities(bits);
    raise_ambient(bits);
}

} // namespace slipway::sandbox
