// SPDX-License-Identifier: LGPL-2.1-or-later
// Overlays of idmapped layers (mount_setattr(2), MOUNT_ATTR_IDMAP).
#include "kernel/mapped_overlay.hpp"

#include "base/failure.hpp"
#include "kernel/child.hpp"
#include "kernel/trial_directory.hpp"
#include "kernel/user_namespace.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <linux/capability.h>
#include <string_view>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace slipway::kernel {

namespace {

enum class Where { nowhere, over_itself };

Fd open_place(const std::string& path)
{
    return Fd{check(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open", path)};
}

// A copy of what is at PLACE, seen through the user namespace's IDs.
MountFd clone_mapped(const Fd& place, const Fd& user_namespace, Where where)
{
    MountFd mount = clone_mount(place, Depth::one);
    MountChange change;
    change.propagation = MS_PRIVATE;
    change.user_namespace = user_namespace.number();
    change_mount(mount, change, Depth::one);
    if (where == Where::over_itself)
        attach(mount, place);
    return mount;
}

// The directory that all of PATHS are below, with a slash at its end. By letters, since there may be
// hundreds.
std::string_view common_directory(const std::vector<std::string>& paths)
{
    std::string_view common = paths.front();
    for (const std::string& path : paths) {
        const auto differs = std::mismatch(common.begin(), common.end(), path.begin(), path.end()).first;
        common = common.substr(0, static_cast<std::size_t>(differs - common.begin()));
    }
    return common.substr(0, common.rfind('/') + 1);
}

// While it lives, files that this thread makes are the view's root's; what it may do stays the same.
//
// overlayfs acts with the credentials of who mounts it. Seen through an ID mapping the host's root is nobody,
// and nobody can make no file (EOVERFLOW): overlayfs would be read-only.
class Guise {
  public:
    explicit Guise(const LayerView& view)
    {
        ::setfsgid(view.gid);
        ::setfsuid(view.uid);
        // setfsuid(2) took the capabilities of files away; they are permitted still.
        __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
        std::array<__user_cap_data_struct, 2> data{};
        check(::syscall(SYS_capget, &header, data.data()), "read the capabilities");
        for (__user_cap_data_struct& half : data)
            half.effective = half.permitted;
        check(::syscall(SYS_capset, &header, data.data()), "set the capabilities");
    }
    Guise(const Guise&) = delete;
    Guise& operator=(const Guise&) = delete;
    ~Guise()
    {
        ::setfsuid(::geteuid());
        ::setfsgid(::getegid());
    }
};

// Two layers, and what an overlay of them needs.
struct Probe : TrialDirectory {
    explicit Probe(const std::filesystem::path& directory)
        : TrialDirectory{directory, {"lower", "lowest", "upper", "work"}}
    {
    }
    std::vector<std::string> lower() const { return {path() / "lower", path() / "lowest"}; }
};

// One mount for all layers, and not one for each: giving a mount back makes the kernel wait for all
// processors.
MountFd make_where(OverlayCall call, Where where, const std::vector<std::string>& lower,
                   const std::string& directory, const LayerView& view)
{
    const std::string_view common = common_directory(lower);
    const Fd place = open_place(directory);
    const Fd layers_place = open_place(std::string{common});
    const auto open_below = [](const MountFd& mount, const std::string& name) {
        return Fd{
            check(::openat(mount.number(), name.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open", name)};
    };
    const MountFd readable = clone_mapped(layers_place, view.user_namespace, where);
    std::vector<Fd> layers;
    layers.reserve(lower.size());
    for (const std::string& layer : lower)
        layers.push_back(open_below(readable, layer.substr(common.size())));
    // Upper and work below one mount, as overlayfs asks.
    const MountFd writable = clone_mapped(place, view.user_namespace, where);
    const Fd upper = open_below(writable, "upper");
    const Fd work = open_below(writable, "work");
    const Guise guise{view};
    return make_overlay(call, layers, upper, work);
}

MountFd make_own_here(OverlayCall call, const std::vector<std::string>& lower, const std::string& directory)
{
    std::vector<Fd> layers;
    layers.reserve(lower.size());
    for (const std::string& layer : lower)
        layers.push_back(open_place(layer));
    const Fd upper = open_place(directory + "/upper");
    struct stat below {};
    struct stat above {};
    check(::fstat(layers.front().number(), &below), "look at", lower.front());
    check(::fstat(upper.number(), &above), "look at", directory);
    if (below.st_uid != above.st_uid || below.st_gid != above.st_gid)
        check(::fchownat(upper.number(), "", below.st_uid, below.st_gid, AT_EMPTY_PATH),
              "give the root directory its owner");
    return make_overlay(call, layers, upper, open_place(directory + "/work"), OverlayAttributes::of_user);
}

// An ID mapping to try.
constexpr IdRange probed_range{0, 0x70000000, 65536};

template <typename Trial>
std::string obstacle_to(const Trial& trial)
{
    try {
        trial();
        return {};
    } catch (const std::exception& failure) {
        return failure.what();
    }
}

} // namespace

MountFd make_mapped_overlay(OverlayCall call, const std::vector<std::string>& lower,
                            const std::string& directory, const LayerView& view)
{
    if (takes_detached_mounts() && call == OverlayCall::fsconfig)
        return make_where(call, Where::nowhere, lower, directory, view);
    MountFd mount;
    run_in_mount_namespace([&] { mount = make_where(call, Where::over_itself, lower, directory, view); });
    return mount;
}

MountFd make_own_overlay(OverlayCall call, const std::vector<std::string>& lower,
                         const std::string& directory)
{
    if (call == OverlayCall::fsconfig)
        return make_own_here(call, lower, directory);
    MountFd mount;
    run_in_mount_namespace([&] { mount = make_own_here(call, lower, directory); });
    return mount;
}

MountFd make_mapped_tree(const std::string& path, const LayerView& view)
{
    return clone_mapped(open_place(path), view.user_namespace, Where::nowhere);
}

std::string find_overlay_obstacle(const std::filesystem::path& directory, OverlayCall call, Mapping mapping)
{
    return obstacle_to([&] {
        const Probe probe{directory};
        const Fd user_namespace =
            mapping == Mapping::none ? Fd{} : make_user_namespace({probed_range}, {probed_range});
        const uid_t root = mapping == Mapping::none ? 0 : probed_range.outside;
        make_mapped_overlay(call, probe.lower(), probe.path().native(), {user_namespace, root, root});
    });
}

std::string find_own_overlay_obstacle(const std::filesystem::path& directory, OverlayCall call)
{
    return obstacle_to([&] {
        const Probe probe{directory};
        make_own_overlay(call, probe.lower(), probe.path().native());
    });
}

std::string find_mapping_obstacle(const std::filesystem::path& directory)
{
    return obstacle_to([&] {
        const Fd user_namespace = make_user_namespace({probed_range}, {probed_range});
        make_mapped_tree(directory.native(), {user_namespace, probed_range.outside, probed_range.outside});
    });
}

} // namespace slipway::kernel
