// SPDX-License-Identifier: LGPL-2.1-or-later
// The host's devices, found by a walk through its /dev.
#include "engine/container/host_devices.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace slipway::engine {

std::vector<oci::Device> host_devices(Owners owners)
{
    static const std::set<std::string> left_out{"/dev/console", "/dev/fd",  "/dev/mqueue", "/dev/ptmx",
                                                "/dev/pts",     "/dev/shm", "/dev/tty"};
    std::vector<oci::Device> devices;
    std::error_code error;
    for (auto entry = std::filesystem::recursive_directory_iterator{"/dev", error};
         !error && entry != std::filesystem::recursive_directory_iterator{}; entry.increment(error))
    {
        const std::string path = entry->path();
        if (left_out.contains(path)) {
            entry.disable_recursion_pending();
            continue;
        }
        struct stat status {};
        if (::lstat(path.c_str(), &status) < 0 || (!S_ISCHR(status.st_mode) && !S_ISBLK(status.st_mode)))
            continue;
        oci::Device device;
        device.type = S_ISBLK(status.st_mode) ? oci::DeviceType::block : oci::DeviceType::character;
        device.path = path;
        device.major = major(status.st_rdev);
        device.minor = minor(status.st_rdev);
        device.file_mode = status.st_mode & 07777;
        if (owners == Owners::hosts) {
            device.uid = status.st_uid;
            device.gid = status.st_gid;
        }
        devices.push_back(std::move(device));
    }
    return devices;
}

} // namespace slipway::engine
