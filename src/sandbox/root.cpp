// SPDX-License-Identifier: LGPL-2.1-or-later
// Building a container's root. Each mount is made detached and attached by descriptor, below a root resolved
// as the container would, so that no symbolic link of the image leads it elsewhere.
#include "sandbox/root.hpp"

#include "base/failure.hpp"
#include "kernel/child.hpp"
#include "kernel/fuse_overlay.hpp"
#include "kernel/in_root.hpp"
#include "kernel/user_namespace.hpp"
#include "sandbox/cgroup_mount.hpp"
#include "sandbox/copy_up.hpp"
#include "sandbox/devices.hpp"
#include "sandbox/masks.hpp"
#include "sandbox/mount_source.hpp"
#include "sandbox/namespaces.hpp"
#include "sandbox/root_file_system.hpp"

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

constexpr std::string_view dev_prefix = "/dev/";

Fd open_path(const std::string& path, int flags = 0)
{
    return Fd{check(::open(path.c_str(), flags | O_PATH | O_CLOEXEC), "open", path)};
}

bool is_cgroup(const oci::Mount& wish)
{
    return wish.type == "cgroup" || wish.type == "cgroup2";
}

bool is_below(const std::string& path, const std::string& directory)
{
    return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

// Relative ones are relative to "/" (config.md, "Mounts").
std::string normal_destination(const std::string& destination)
{
    std::string path = std::filesystem::path{"/" + destination}.lexically_normal();
    while (path.starts_with("//"))
        path.erase(0, 1);
    if (path.size() > 1 && path.ends_with('/'))
        path.pop_back();
    return path;
}

bool is_new(const oci::Linux& settings, oci::NamespaceType type)
{
    const oci::Namespace* const wish = oci::find_namespace(settings, type);
    return wish != nullptr && wish->path.empty();
}

} // namespace

Root::Root(const LaunchRequest& request, const Fd& user, Builder builder) : request_{&request}, user_{&user}
{
    const oci::RuntimeConfig& config = request.config;
    if (request.overlay || request.tree) {
        RootFileSystem made = make_root_file_system(request, user, builder);
        root_ = std::move(made.mount);
        server_ = made.server;
        // A device comes with the configuration, never with an image.
        kernel::MountChange change;
        change.set = MOUNT_ATTR_NODEV;
        kernel::change_mount(root_, change, Depth::one);
    } else {
        root_ = kernel::clone_mount(open_path(config.root.path, O_DIRECTORY), Depth::recursive);
        kernel::MountChange change;
        change.propagation = config.linux.rootfs_propagation.ends_with("slave") ? MS_SLAVE : MS_PRIVATE;
        // What is mounted in a shared root stays shared with the host.
        const bool is_shared = config.linux.rootfs_propagation.ends_with("shared");
        kernel::change_mount(root_, change, is_shared ? Depth::one : Depth::recursive);
    }
    plan_mounts();
    // Who only looks at files opens none.
    if (!request.is_view)
        plan_devices();
}

void Root::follow_to(const Fd& cgroup) const
{
    if (server_ != 0 && cgroup)
        kernel::place_fuse_server(server_, cgroup);
}

void Root::plan_mounts()
{
    mounts_.reserve(request_->config.mounts.size());
    for (const oci::Mount& wish : request_->config.mounts) {
        PlannedMount planned;
        planned.wish = &wish;
        planned.destination = normal_destination(wish.destination);
        planned.options = parse_mount_options(wish.options);
        if (wish.type == "bind")
            planned.options.is_bind = true;
        // It shows the PID or cgroup namespace of whoever mounts it; and what is below a late mount waits for
        // it.
        planned.is_late = (wish.type == "proc" || is_cgroup(wish)) && !planned.options.is_bind;
        for (const PlannedMount& earlier : mounts_)
            planned.is_late =
                planned.is_late || (earlier.is_late && is_below(planned.destination, earlier.destination));
        const auto found = request_->sources.find(wish.destination);
        const MountSource source = found == request_->sources.end() ? MountSource{} : found->second;
        if (planned.options.is_bind || source.is_file_system)
            open_source(planned, source);
        if (planned.destination == "/dev") {
            has_hosts_dev_ = planned.options.is_bind;
            if (!planned.options.is_bind && wish.type == "tmpfs" && !has_own_dev_)
                make_own_dev(planned);
        }
        mounts_.push_back(std::move(planned));
    }
}

void Root::make_own_dev(PlannedMount& planned)
{
    const oci::Linux& settings = request_->config.linux;
    planned.mount = kernel::make_mount(planned.wish->type, planned.wish->source, planned.options.parameters,
                                       planned.options.change.set);
    check(::fchownat(planned.mount.number(), "", host_id(settings.uid_mappings, 0),
                     host_id(settings.gid_mappings, 0), AT_EMPTY_PATH),
          "set the owner of", planned.destination);
    for (const oci::Device& device : all_devices(settings))
        if (device.path.starts_with(dev_prefix) &&
            make_device(planned.mount, device.path.substr(dev_prefix.size()), device, settings) == Made::no)
            devices_.push_back({device.path, kernel::clone_mount(find_hosts_device(device), Depth::one)});
    make_device_links(planned.mount, settings);
    has_own_dev_ = true;
}

// Nodes are made on a file system of ours, since the image's may refuse devices.
void Root::plan_devices()
{
    const oci::Linux& settings = request_->config.linux;
    std::vector<oci::Device> wanted;
    for (const oci::Device& device : all_devices(settings))
        if (!device.path.starts_with(dev_prefix) || (!has_own_dev_ && !has_hosts_dev_))
            wanted.push_back(device);
    if (wanted.empty())
        return;
    const auto make = [&](const MountFd& nodes) {
        for (const oci::Device& device : wanted) {
            const std::string name = std::to_string(devices_.size());
            const bool is_made = make_device(nodes, name, device, settings) == Made::yes;
            devices_.push_back({device.path, kernel::clone_mount(is_made ? kernel::walk_in_root(nodes, name)
                                                                         : find_hosts_device(device),
                                                                 Depth::one)});
        }
    };
    const MountFd nodes =
        kernel::make_mount("tmpfs", "devices", {{"mode", "755"}}, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
    if (kernel::takes_detached_mounts())
        return make(nodes);
    kernel::run_in_mount_namespace([&] {
        kernel::attach(nodes, open_path("/", O_DIRECTORY));
        make(nodes);
    });
}

void Root::open_source(PlannedMount& planned, const MountSource& source) const
{
    const oci::Mount& wish = *planned.wish;
    for (const auto& [key, value] : planned.options.parameters)
        if (key == "idmap" || key == "ridmap")
            throw Failure{
                ErrorCode::invalid_argument,
                std::string{"mounts: "}
                    .append(wish.destination)
                    .append(": ")
                    .append(key)
                    .append("=… is not of the specification; uidMappings and gidMappings of the mount are")};
    try {
        planned.mount = sandbox::open_source(wish, planned.options.depth, source);
    } catch (const Failure& failure) {
        throw failure.within("mounts: " + wish.destination);
    }
    MountOptions& options = planned.options;
    if (options.change.propagation == 0 && options.recursive_change.propagation == 0)
        options.recursive_change.propagation = MS_PRIVATE;
    give_mapping(planned);
    kernel::change_mount(planned.mount, options.recursive_change, Depth::recursive);
    kernel::change_mount(planned.mount, options.change, Depth::one);
}

void Root::give_mapping(PlannedMount& planned) const
{
    const oci::Mount& wish = *planned.wish;
    const IdMapping kind = planned.options.id_mapping;
    if (kind == IdMapping::none && wish.uid_mappings.empty())
        return;
    Fd own;
    if (!wish.uid_mappings.empty())
        own = kernel::make_user_namespace(ranges_of(wish.uid_mappings), ranges_of(wish.gid_mappings));
    else if (!*user_)
        throw Failure{ErrorCode::invalid_argument,
                      "mounts: " + wish.destination + ": idmap needs uidMappings or a user namespace"};
    kernel::MountChange mapping;
    mapping.user_namespace = own ? own.number() : user_->number();
    try {
        kernel::change_mount(planned.mount, mapping,
                             kind == IdMapping::recursive ? Depth::recursive : Depth::one);
    } catch (const Failure& failure) {
        throw Failure{
            ErrorCode::invalid_mount,
            "mounts: " + wish.destination + ": the file system of " + wish.source +
                ", or one that is mounted below it, cannot be shown with the container's user IDs (" +
                failure.message() + "); noidmap shows it with the host's"};
    }
}

MountFd Root::make_file_system(const PlannedMount& planned, const HostDoor& door) const
{
    const oci::Mount& wish = *planned.wish;
    kernel::MountChange change = planned.options.change;
    change.set |= planned.options.recursive_change.set;
    if (is_cgroup(wish))
        return make_cgroup_mount(change);
    if (door.is_open() && (wish.type == "proc" || wish.type == "sysfs"))
        return door.make_mount(wish.type, planned.options.parameters, change.set);
    try {
        return kernel::make_mount(wish.type, wish.source, planned.options.parameters, change.set);
    } catch (const Failure& failure) {
        // A user namespace that has not got its own PID or network namespace may not show the host's anew.
        const char* const host_place = wish.type == "proc"    ? "/proc"
                                       : wish.type == "sysfs" ? "/sys"
                                                              : nullptr;
        if (failure.code() != ErrorCode::access_denied || host_place == nullptr)
            throw;
        if (wish.type == "proc" && is_new(request_->config.linux, oci::NamespaceType::pid))
            throw Failure{ErrorCode::access_denied,
                          "the kernel lets a user namespace have a proc of its own only where the host's is "
                          "whole, and parts of it are covered here, as in a container"};
        MountFd mount = kernel::clone_mount(open_path(host_place), Depth::recursive);
        change.propagation = MS_PRIVATE;
        kernel::change_mount(mount, change, Depth::recursive);
        return mount;
    }
}

Fd Root::place_for(const PlannedMount& planned) const
{
    const std::string& type = planned.wish->type;
    if (type == "proc" || type == "sysfs") {
        // What is to be hidden in them is found by these very names.
        const Fd found = kernel::find_in_root(root_, planned.destination, O_PATH | O_NOFOLLOW);
        struct stat status {};
        if (found && ::fstat(found.number(), &status) == 0 && !S_ISDIR(status.st_mode))
            throw Failure{ErrorCode::start_failed, "mounts: " + planned.destination +
                                                       ": is no directory of the root, and " + type +
                                                       " is not mounted elsewhere"};
    }
    struct stat status {};
    check(::fstat(planned.mount.number(), &status), "look at", planned.wish->source);
    return kernel::make_in_root(root_, planned.destination,
                                S_ISDIR(status.st_mode) ? kernel::PlaceKind::directory
                                                        : kernel::PlaceKind::file);
}

void Root::make(PlannedMount& planned, const HostDoor& door) const
{
    if (!planned.mount) {
        try {
            planned.mount = make_file_system(planned, door);
        } catch (const Failure& failure) {
            throw failure.within("mounts: " + planned.destination);
        }
        kernel::MountChange propagation;
        propagation.propagation =
            planned.options.change.propagation | planned.options.recursive_change.propagation;
        kernel::change_mount(planned.mount, propagation, Depth::one);
    }
    const Fd place = place_for(planned);
    if (planned.options.copies_up && planned.wish->type == "tmpfs") {
        const Fd covered = kernel::find_in_root(root_, planned.destination, O_RDONLY | O_DIRECTORY);
        copy_up(covered, planned.mount);
    }
    kernel::attach(planned.mount, place);
}

void Root::attach_devices() const
{
    for (const PlannedDevice& device : devices_)
        kernel::attach(device.node, kernel::make_in_root(root_, device.path, kernel::PlaceKind::file));
    if (!has_own_dev_ && !has_hosts_dev_)
        make_device_links(kernel::make_in_root(root_, "/dev", kernel::PlaceKind::directory), oci::Linux{});
}

void Root::build(const HostDoor& door)
{
    check(::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr), "detach from the host's mounts");
    // Over "/": a place that is always there, and which nobody reaches by a path, since a path begins below
    // it.
    kernel::attach(root_, open_path("/", O_DIRECTORY));
    for (PlannedMount& planned : mounts_)
        if (!planned.is_late)
            make(planned, door);
    if (!request_->is_view)
        attach_devices();
}

// Once it is the root: pivot_root(2) takes no shared one.
void Root::propagate() const
{
    const std::string& word = request_->config.linux.rootfs_propagation;
    kernel::MountChange change;
    if (word.ends_with("shared"))
        change.propagation = MS_SHARED;
    else if (word.ends_with("unbindable"))
        change.propagation = MS_UNBINDABLE;
    kernel::change_mount(root_, change, word.starts_with('r') ? Depth::recursive : Depth::one);
}

// An image's need not be there before the first container, and a read-only root has none to make.
void Root::make_working_directory() const
{
    const std::string& path = request_->config.process->cwd;
    try {
        if (!kernel::find_in_root(root_, path, O_PATH))
            kernel::make_in_root(root_, path, kernel::PlaceKind::directory);
    } catch (const Failure&) {
        return; // told when it is to be entered
    }
}

void Root::finish(const HostDoor& door)
{
    for (PlannedMount& planned : mounts_)
        if (planned.is_late)
            make(planned, door);
    make_working_directory();
    hide_paths(root_, request_->config.linux);
    if (request_->config.root.readonly) {
        kernel::MountChange change;
        change.set = MOUNT_ATTR_RDONLY;
        kernel::change_mount(root_, change, Depth::one);
    }
}

void Root::show_at(const std::string& path) const
{
    kernel::attach(kernel::clone_mount(root_, Depth::recursive), open_path(path, O_DIRECTORY));
}

void Root::enter() const
{
    check(::fchdir(root_.number()), "enter the root");
    if (request_->has_pivot) {
        check(::syscall(SYS_pivot_root, ".", "."), "change the root");
        check(::umount2(".", MNT_DETACH), "leave the host's root");
    } else {
        check(::chroot("."), "change the root");
    }
    check(::chdir("/"), "enter the root");
    propagate();
}

} // namespace slipway::sandbox
