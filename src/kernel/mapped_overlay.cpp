// SPDX-License-Identifier: LGPL-2.1-or-later
// Overlays of idmapped layers (mount_setattr(2), MOUNT_ATTR_IDMAP).
#include "kernel/mapped_overlay.hpp"

#include "base/failure.hpp"
#include "kernel/child.hpp"
#include "kernel/user_namespace.hpp"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace slipway::kernel {

namespace {

enum class Where { nowhere, over_itself };

// A copy of what is at PATH, seen through the user namespace's IDs.
MountFd clone_mapped(const std::string& path, const Fd& user_namespace, Where where)
{
    const Fd place{check(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open", path)};
    MountFd mount = clone_mount(place, Depth::one);
    MountChange change;
    change.propagation = MS_PRIVATE;
    change.user_namespace = user_namespace.number();
    change_mount(mount, change, Depth::one);
    if (where == Where::over_itself)
        attach(mount, place);
    return mount;
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

struct Probe {
    std::filesystem::path path;
    explicit Probe(const std::filesystem::path& directory)
    {
        std::string name = directory / "probe-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr)
            throw errno_failure(errno, "make a directory in", directory.native());
        path = name;
        for (const char* part : {"lower", "upper", "work"})
            std::filesystem::create_directory(path / part);
    }
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;
    ~Probe()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
};

MountFd make_where(Where where, const std::vector<std::string>& lower, const std::string& directory,
                   const LayerView& view)
{
    std::vector<Fd> layers;
    layers.reserve(lower.size());
    for (const std::string& layer : lower)
        layers.push_back(clone_mapped(layer, view.user_namespace, where));
    // Upper and work below one mount, as overlayfs asks.
    const MountFd writable = clone_mapped(directory, view.user_namespace, where);
    const auto open_below = [&writable](const char* name) {
        return Fd{check(::openat(writable.number(), name, O_PATH | O_DIRECTORY | O_CLOEXEC), "open", name)};
    };
    const Fd upper = open_below("upper");
    const Fd work = open_below("work");
    const Guise guise{view};
    return make_overlay(layers, upper, work);
}

} // namespace

MountFd make_mapped_overlay(const std::vector<std::string>& lower, const std::string& directory,
                            const LayerView& view)
{
    if (takes_detached_mounts())
        return make_where(Where::nowhere, lower, directory, view);
    MountFd mount;
    run_in_mount_namespace([&] { mount = make_where(Where::over_itself, lower, directory, view); });
    return mount;
}

MountFd make_own_overlay(const std::vector<std::string>& lower, const std::string& directory)
{
    const auto open_directory = [](const std::string& path) {
        return Fd{check(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open", path)};
    };
    std::vector<Fd> layers;
    layers.reserve(lower.size());
    for (const std::string& layer : lower)
        layers.push_back(open_directory(layer));
    const Fd upper = open_directory(directory + "/upper");
    struct stat below {};
    struct stat above {};
    check(::fstat(layers.front().number(), &below), "look at", lower.front());
    check(::fstat(upper.number(), &above), "look at", directory);
    if (below.st_uid != above.st_uid || below.st_gid != above.st_gid)
        check(::fchownat(upper.number(), "", below.st_uid, below.st_gid, AT_EMPTY_PATH),
              "give the root directory its owner");
    return make_overlay(layers, upper, open_directory(directory + "/work"), OverlayAttributes::of_user);
}

std::string find_mapping_obstacle(const std::filesystem::path& directory)
{
    try {
        constexpr IdRange range{0, 0x70000000, 65536};
        const Probe probe{directory};
        const Fd user_namespace = make_user_namespace({range}, {range});
        make_mapped_overlay({(probe.path / "lower").native()}, probe.path.native(),
                            {user_namespace, range.outside, range.outside});
        return {};
    } catch (const std::exception& failure) {
        return failure.what();
    }
}

std::string find_own_overlay_obstacle(const std::filesystem::path& directory)
{
    try {
        const Probe probe{directory};
        make_own_overlay({(probe.path / "lower").native()}, probe.path.native());
        return {};
    } catch (const std::exception& failure) {
        return failure.what();
    }
}

} // namespace slipway::kernel
