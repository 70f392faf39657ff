// SPDX-License-Identifier: LGPL-2.1-or-later
// Device nodes (config-linux.md, "Default Devices" and "Devices").
#include "sandbox/devices.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/in_root.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace slipway::sandbox {

namespace {

mode_t type_of(const oci::Device& device)
{
    switch (device.type) {
    case oci::DeviceType::block:
        return S_IFBLK;
    case oci::DeviceType::fifo:
        return S_IFIFO;
    default:
        return S_IFCHR;
    }
}

} // namespace

std::uint32_t host_id(const std::vector<oci::IdMapping>& mappings, std::uint32_t id)
{
    if (mappings.empty())
        return id;
    for (const oci::IdMapping& mapping : mappings)
        if (id >= mapping.container_id && id - mapping.container_id < mapping.size)
            return mapping.host_id + (id - mapping.container_id);
    throw Failure{ErrorCode::invalid_argument,
                  "the ID " + std::to_string(id) + " is not mapped in the container's user namespace"};
}

std::vector<oci::Device> all_devices(const oci::Linux& settings)
{
    struct Row {
        const char* path;
        unsigned major;
        unsigned minor;
    };
    static constexpr std::array rows{Row{"/dev/null", 1, 3},    Row{"/dev/zero", 1, 5},
                                     Row{"/dev/full", 1, 7},    Row{"/dev/random", 1, 8},
                                     Row{"/dev/urandom", 1, 9}, Row{"/dev/tty", 5, 0}};
    std::vector<oci::Device> devices = settings.devices;
    for (const Row& row : rows) {
        const auto has_path = [&row](const oci::Device& device) { return device.path == row.path; };
        if (std::any_of(devices.begin(), devices.end(), has_path))
            continue;
        oci::Device device;
        device.path = row.path;
        device.major = row.major;
        device.minor = row.minor;
        devices.push_back(std::move(device));
    }
    return devices;
}

Made make_device(const Fd& directory, const std::string& place, const oci::Device& device,
                 const oci::Linux& settings)
{
    const std::size_t slash = place.rfind('/');
    const Fd parent = slash == std::string::npos ? directory.duplicate()
                                                 : kernel::make_in_root(directory, place.substr(0, slash),
                                                                        kernel::PlaceKind::directory);
    const std::string name = slash == std::string::npos ? place : place.substr(slash + 1);
    const mode_t mode = device.file_mode.value_or(0666) & 07777;
    if (::mknodat(parent.number(), name.c_str(), type_of(device) | mode,
                  makedev(device.major, device.minor)) < 0) {
        if (errno == EPERM && device.type != oci::DeviceType::fifo)
            return Made::no;
        throw errno_failure(errno, "make the device", device.path);
    }
    check(::fchmodat(parent.number(), name.c_str(), mode, 0), "set the mode of the device", device.path);
    check(::fchownat(parent.number(), name.c_str(), host_id(settings.uid_mappings, device.uid),
                     host_id(settings.gid_mappings, device.gid), AT_SYMLINK_NOFOLLOW),
          "set the owner of the device", device.path);
    return Made::yes;
}

Fd find_hosts_device(const oci::Device& device)
{
    const bool is_block = device.type == oci::DeviceType::block;
    const std::string number = std::to_string(device.major) + ":" + std::to_string(device.minor);
    std::vector<std::string> places{device.path};
    // The kernel's own name of it (sysfs(5)): "DEVNAME=fuse".
    const std::string uevent =
        find_file("/sys/dev/" + std::string{is_block ? "block/" : "char/"} + number + "/uevent").value_or("");
    constexpr std::string_view key = "DEVNAME=";
    if (const std::size_t at = uevent.find(key); at != std::string::npos)
        places.push_back("/dev/" + uevent.substr(at + key.size(), uevent.find('\n', at) - at - key.size()));
    for (const std::string& place : places) {
        Fd node{::open(place.c_str(), O_PATH | O_CLOEXEC)};
        struct stat status {};
        if (node && ::fstat(node.number(), &status) == 0 && (status.st_mode & S_IFMT) == type_of(device) &&
            status.st_rdev == makedev(device.major, device.minor))
            return node;
    }
    throw Failure{ErrorCode::access_denied,
                  "linux.devices: " + device.path + ": the host has no such device (" +
                      (is_block ? "block " : "character ") + number + "), and only root may make one"};
}

void make_device_links(const Fd& directory, const oci::Linux& settings)
{
    struct Link {
        const char* target;
        const char* name;
    };
    static constexpr std::array links{Link{"/proc/self/fd", "fd"}, Link{"/proc/self/fd/0", "stdin"},
                                      Link{"/proc/self/fd/1", "stdout"}, Link{"/proc/self/fd/2", "stderr"},
                                      Link{"pts/ptmx", "ptmx"}};
    for (const Link& link : links) {
        // What the image has instead is its own affair.
        if (::symlinkat(link.target, directory.number(), link.name) < 0)
            continue;
        check(::fchownat(directory.number(), link.name, host_id(settings.uid_mappings, 0),
                         host_id(settings.gid_mappings, 0), AT_SYMLINK_NOFOLLOW),
              "set the owner of the link", link.name);
    }
}

} // namespace slipway::sandbox
