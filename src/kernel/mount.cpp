// SPDX-License-Identifier: LGPL-2.1-or-later
// Mounts by descriptor.
#include "kernel/mount.hpp"

#include "base/failure.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace slipway::kernel {

namespace {

void configure(const Fd& context, unsigned command, const char* key, const char* value,
               const std::string& type)
{
    check(::fsconfig(context.number(), command, key, value, 0), "mount " + type + ": set",
          key == nullptr ? "all" : key);
}

std::string proc_path(const Fd& fd)
{
    return "/proc/self/fd/" + std::to_string(fd.number());
}

MountFd finish(const Fd& context, const std::string& type, std::uint64_t attributes)
{
    configure(context, FSCONFIG_CMD_CREATE, nullptr, nullptr, type);
    return MountFd{check(::fsmount(context.number(), FSMOUNT_CLOEXEC, static_cast<unsigned>(attributes)),
                         "mount", type)};
}

} // namespace

MountFd make_mount(const std::string& type, const std::string& source, const MountParameters& parameters,
                   std::uint64_t attributes)
{
    const Fd context{check(::fsopen(type.c_str(), FSOPEN_CLOEXEC), "open the file system", type)};
    if (!source.empty())
        configure(context, FSCONFIG_SET_STRING, "source", source.c_str(), type);
    for (const auto& [key, value] : parameters) {
        if (value.empty())
            configure(context, FSCONFIG_SET_FLAG, key.c_str(), nullptr, type);
        else
            configure(context, FSCONFIG_SET_STRING, key.c_str(), value.c_str(), type);
    }
    return finish(context, type, attributes);
}

MountFd make_overlay(const std::vector<std::string>& lower, const std::string& upper, const std::string& work)
{
    std::vector<Fd> held;
    const auto hold = [&held](const std::string& path) {
        held.emplace_back(check(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open", path));
        return proc_path(held.back());
    };
    const Fd context{check(::fsopen("overlay", FSOPEN_CLOEXEC), "open the file system", "overlay")};
    // Until 6.8 there is no "lowerdir+", and the layers share one parameter.
    std::string joined;
    bool is_joined = false;
    for (const std::string& layer : lower) {
        const std::string path = hold(layer);
        joined += (joined.empty() ? "" : ":") + path;
        if (!is_joined && ::fsconfig(context.number(), FSCONFIG_SET_STRING, "lowerdir+", path.c_str(), 0) < 0)
            is_joined = true;
    }
    if (is_joined)
        configure(context, FSCONFIG_SET_STRING, "lowerdir", joined.c_str(), "overlay");
    configure(context, FSCONFIG_SET_STRING, "upperdir", hold(upper).c_str(), "overlay");
    configure(context, FSCONFIG_SET_STRING, "workdir", hold(work).c_str(), "overlay");
    return finish(context, "overlay", 0);
}

MountFd clone_mount(const Fd& place, bool is_recursive)
{
    const unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH |
                           (is_recursive ? static_cast<unsigned>(AT_RECURSIVE) : 0U);
    return MountFd{check(::open_tree(place.number(), "", flags), "copy a mount")};
}

void set_attributes(const MountFd& mount, std::uint64_t attributes)
{
    mount_attr change{};
    change.attr_set = attributes;
    check(::mount_setattr(mount.number(), "", AT_EMPTY_PATH, &change, sizeof change), "change a mount");
}

void attach(const MountFd& mount, const Fd& place)
{
    check(::move_mount(mount.number(), "", place.number(), "",
                       MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH),
          "attach a mount");
}

Fd find_in_root(const Fd& root, const std::string& path, int flags)
{
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags) | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    return Fd{static_cast<int>(::syscall(SYS_openat2, root.number(), path.c_str(), &how, sizeof how))};
}

Fd make_in_root(const Fd& root, const std::string& path, bool is_file)
{
    Fd found = find_in_root(root, path, O_PATH);
    if (found)
        return found;
    std::string done;
    std::size_t begin = 0;
    while (begin < path.size()) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string part = path.substr(begin, end - begin);
        begin = end + 1;
        if (part.empty())
            continue;
        const std::string next = done + "/" + part;
        if (!find_in_root(root, next, O_PATH)) {
            const Fd parent = find_in_root(root, done.empty() ? "/" : done, O_PATH | O_DIRECTORY);
            check(parent.number(), "make in the root", next);
            if (is_file && begin >= path.size())
                check(::mknodat(parent.number(), part.c_str(), S_IFREG | 0644, 0), "make in the root", next);
            else
                check(::mkdirat(parent.number(), part.c_str(), 0755), "make in the root", next);
        }
        done = next;
    }
    found = find_in_root(root, path, O_PATH);
    check(found.number(), "make in the root", path);
    return found;
}

} // namespace slipway::kernel
