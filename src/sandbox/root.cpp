// SPDX-License-Identifier: LGPL-2.1-or-later
// Building a container's root. Each mount is made detached and attached by descriptor, below a root resolved
// as the container would, so that no symbolic link of the image leads it elsewhere.
#include "sandbox/root.hpp"

#include "base/failure.hpp"
#include "kernel/in_root.hpp"
#include "kernel/mapped_overlay.hpp"
#include "sandbox/devices.hpp"
#include "sandbox/masks.hpp"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace slipway::sandbox {

namespace {

using kernel::Depth;
using kernel::MountFd;

Fd open_place(const std::string& path, int flags = 0)
{
    return Fd{check(::open(path.c_str(), flags | O_PATH | O_CLOEXEC), "open", path)};
}

// Shows the PID or cgroup namespace of whoever mounts it.
bool is_of_payload(const oci::Mount& wish)
{
    return wish.type == "proc" || wish.type == "cgroup" || wish.type == "cgroup2";
}

bool is_below(const std::string& path, const std::string& directory)
{
    return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

} // namespace

Root::Root(const LaunchRequest& request, const Fd& user) : request_{&request}, user_{&user}
{
    if (request.overlay) {
        root_ = kernel::make_mapped_overlay(request.overlay->lower, request.overlay->directory,
                                            {user, host_id(request.config.linux.uid_mappings, 0),
                                             host_id(request.config.linux.gid_mappings, 0)});
        // A device comes with the configuration, never with an image.
        kernel::MountChange change;
        change.set = MOUNT_ATTR_NODEV;
        kernel::change_mount(root_, change, Depth::one);
    } else {
        root_ = kernel::clone_mount(open_place(request.config.root.path, O_DIRECTORY), Depth::recursive);
        kernel::MountChange change;
        if (request.config.linux.rootfs_propagation.empty())
            change.propagation = MS_PRIVATE;
        kernel::change_mount(root_, change, Depth::recursive);
    }
    plan_mounts();
}

void Root::plan_mounts()
{
    const oci::RuntimeConfig& config = request_->config;
    for (const oci::Mount& wish : config.mounts) {
        PlannedMount planned;
        planned.wish = &wish;
        planned.options = parse_mount_options(wish.options);
        if (wish.type == "bind")
            planned.options.is_bind = true;
        // What is mounted below a late mount has to wait for it.
        planned.is_late = is_of_payload(wish) && !planned.options.is_bind;
        for (const PlannedMount& earlier : mounts_)
            planned.is_late =
                planned.is_late || (earlier.is_late && is_below(wish.destination, earlier.wish->destination));
        if (planned.options.is_bind)
            open_bind(planned);
        if (wish.destination == "/dev" && wish.type == "tmpfs" && !planned.options.is_bind && !has_own_dev_) {
            planned.mount = kernel::make_mount(wish.type, wish.source, planned.options.parameters,
                                               planned.options.change.set);
            check(::fchownat(planned.mount.number(), "", host_id(config.linux.uid_mappings, 0),
                             host_id(config.linux.gid_mappings, 0), AT_EMPTY_PATH),
                  "set the owner of", wish.destination);
            make_devices(planned.mount, config.linux);
            has_own_dev_ = true;
        }
        mounts_.push_back(std::move(planned));
    }
    if (!has_own_dev_) {
        devices_ =
            kernel::make_mount("tmpfs", "devices", {{"mode", "755"}}, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
        make_devices(devices_, config.linux);
    }
}

void Root::open_bind(PlannedMount& planned) const
{
    const oci::Mount& wish = *planned.wish;
    const Fd source{::open(wish.source.c_str(), O_PATH | O_CLOEXEC)};
    if (!source)
        throw Failure{ErrorCode::invalid_argument, "mounts: " + wish.destination + ": " +
                                                       errno_failure(errno, "open", wish.source).message()};
    planned.mount = kernel::clone_mount(source, planned.options.depth);
    MountOptions& options = planned.options;
    if (options.change.propagation == 0 && options.recursive_change.propagation == 0)
        options.recursive_change.propagation = MS_PRIVATE;
    if (options.id_mapping != IdMapping::none && *user_) {
        kernel::MountChange mapping;
        mapping.user_namespace = user_->number();
        kernel::change_mount(planned.mount, mapping,
                             options.id_mapping == IdMapping::recursive ? Depth::recursive : Depth::one);
    }
    kernel::change_mount(planned.mount, options.recursive_change, Depth::recursive);
    kernel::change_mount(planned.mount, options.change, Depth::one);
}

void Root::make(PlannedMount& planned, const HostDoor& door) const
{
    const oci::Mount& wish = *planned.wish;
    MountFd& mount = planned.mount;
    if (!mount) {
        const std::string type = wish.type == "cgroup" ? "cgroup2" : wish.type;
        const std::uint64_t attributes = planned.options.change.set | planned.options.recursive_change.set;
        if (door.is_open() && (type == "proc" || type == "sysfs"))
            mount = door.make_mount(type, planned.options.parameters, attributes);
        else
            mount = kernel::make_mount(type, wish.source, planned.options.parameters, attributes);
        kernel::MountChange propagation;
        propagation.propagation =
            planned.options.change.propagation | planned.options.recursive_change.propagation;
        kernel::change_mount(mount, propagation, Depth::one);
    }
    struct stat status {};
    check(::fstat(mount.number(), &status), "look at", wish.source);
    const auto kind = S_ISDIR(status.st_mode) ? kernel::PlaceKind::directory : kernel::PlaceKind::file;
    kernel::attach(mount, kernel::make_in_root(root_, wish.destination, kind));
}

void Root::bind_devices() const
{
    if (devices_)
        for (const oci::Device& device : all_devices(request_->config.linux)) {
            if (!device.path.starts_with("/dev/"))
                continue;
            const Fd node = kernel::walk_in_root(devices_, device.path.substr(5));
            const Fd place = kernel::make_in_root(root_, device.path, kernel::PlaceKind::file);
            kernel::attach(kernel::clone_mount(node, Depth::one), place);
        }
}

void Root::build(const HostDoor& door)
{
    check(::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr), "detach from the host's mounts");
    // Over "/": a place that is always there, and which nobody reaches by a path, since a path begins below
    // it.
    kernel::attach(root_, open_place("/", O_DIRECTORY));
    for (PlannedMount& planned : mounts_)
        if (!planned.is_late)
            make(planned, door);
    bind_devices();
}

void Root::finish(const HostDoor& door)
{
    for (PlannedMount& planned : mounts_)
        if (planned.is_late)
            make(planned, door);
    hide_paths(root_, request_->config.linux);
    if (request_->config.root.readonly) {
        kernel::MountChange change;
        change.set = MOUNT_ATTR_RDONLY;
        kernel::change_mount(root_, change, Depth::one);
    }
}

void Root::enter() const
{
    check(::fchdir(root_.number()), "enter the root");
    check(::syscall(SYS_pivot_root, ".", "."), "change the root");
    check(::umount2(".", MNT_DETACH), "leave the host's root");
    check(::chdir("/"), "enter the root");
}

} // namespace slipway::sandbox
