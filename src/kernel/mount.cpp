// SPDX-License-Identifier: LGPL-2.1-or-later
// Mounts by descriptor.
#include "kernel/mount.hpp"

#include "base/failure.hpp"
#include "kernel/mount_context.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/utsname.h>

namespace slipway::kernel {

namespace {

unsigned recursion(Depth depth)
{
    return depth == Depth::recursive ? static_cast<unsigned>(AT_RECURSIVE) : 0U;
}

} // namespace

MountFd make_mount(const std::string& type, const std::string& source, const MountParameters& parameters,
                   std::uint64_t attributes)
{
    MountContext context{type};
    if (!source.empty())
        context.set("source", source);
    for (const auto& [key, value] : parameters)
        context.set(key, value);
    return context.finish(attributes);
}

bool takes_detached_mounts()
{
    utsname system{};
    check(::uname(&system), "read the kernel's version");
    const char* const text = static_cast<const char*>(system.release);
    char* rest = nullptr;
    const unsigned long major = std::strtoul(text, &rest, 10);
    const unsigned long minor = *rest == '.' ? std::strtoul(rest + 1, nullptr, 10) : 0;
    return major > 6 || (major == 6 && minor >= 15);
}

MountFd clone_mount(const Fd& place, Depth depth)
{
    const unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | recursion(depth);
    return MountFd{check(::open_tree(place.number(), "", flags), "copy a mount")};
}

void change_mount(const MountFd& mount, const MountChange& change, Depth depth)
{
    if (change.is_empty())
        return;
    mount_attr attributes{};
    attributes.attr_set = change.set | (change.user_namespace < 0 ? 0U : MOUNT_ATTR_IDMAP);
    attributes.attr_clr = change.clear;
    attributes.propagation = change.propagation;
    attributes.userns_fd = change.user_namespace < 0 ? 0U : static_cast<std::uint64_t>(change.user_namespace);
    check(
        ::mount_setattr(mount.number(), "", AT_EMPTY_PATH | recursion(depth), &attributes, sizeof attributes),
        change.user_namespace < 0 ? "change a mount" : "give a mount an ID mapping");
}

void attach(const MountFd& mount, const Fd& place)
{
    check(::move_mount(mount.number(), "", place.number(), "",
                       MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH),
          "attach a mount");
}

} // namespace slipway::kernel
