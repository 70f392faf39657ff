// SPDX-License-Identifier: LGPL-2.1-or-later
// Loop devices: found by the file's identity, or attached by LOOP_CONFIGURE (Linux 5.8).
#include "kernel/loop.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <linux/loop.h>
#include <optional>
#include <string_view>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace slipway::kernel {

namespace {

// Others take the device that LOOP_CTL_GET_FREE has just named.
constexpr int most_tries = 64;

bool is_loop_name(std::string_view name)
{
    constexpr std::string_view prefix = "loop";
    return name.size() > prefix.size() && name.starts_with(prefix) &&
           std::all_of(name.begin() + prefix.size(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool shows(const Fd& device, const struct stat& file, LoopAccess access, const std::string& path)
{
    loop_info64 info{};
    if (!device || ::ioctl(device.number(), LOOP_GET_STATUS64, &info) < 0)
        return false;
    // The kernel packs a device's number in its own way (new_encode_dev), as stat(2) does for 32 bits.
    const bool is_same = info.lo_inode == file.st_ino &&
                         info.lo_device == ((file.st_dev & 0xffU) | (major(file.st_dev) << 8U) |
                                            ((minor(file.st_dev) & ~0xffU) << 12U));
    if (!is_same)
        return false;
    if (info.lo_offset != 0 || info.lo_sizelimit != 0)
        throw Failure{ErrorCode::invalid_mount, path + " has a part of the file already"};
    if ((info.lo_flags & LO_FLAGS_READ_ONLY) != 0 && access == LoopAccess::read_write)
        throw Failure{ErrorCode::invalid_mount, path + " has the file already, read-only"};
    return true;
}

std::optional<LoopDevice> find(const struct stat& file, LoopAccess access)
{
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{"/dev", error}) {
        if (!is_loop_name(entry.path().filename().native()))
            continue;
        // Open before it is looked at, so that it stays what it is.
        Fd device{::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC)};
        if (shows(device, file, access, entry.path().native()))
            return LoopDevice{std::move(device), entry.path().native()};
    }
    return std::nullopt;
}

} // namespace

LoopDevice attach_loop(const std::string& file, LoopAccess access)
{
    const bool is_read_only = access == LoopAccess::read_only;
    // Whoever looks and attaches does both before the next one looks. A lock of the file that the device gets
    // would be the device's.
    const Fd lock{check(::open(file.c_str(), O_RDONLY | O_CLOEXEC), "open", file)};
    check(::flock(lock.number(), LOCK_EX), "lock", file);
    const Fd backing{
        check(::open(file.c_str(), (is_read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC), "open", file)};
    struct stat status {};
    check(::fstat(backing.number(), &status), "look at", file);
    if (std::optional<LoopDevice> found = find(status, access))
        return *std::move(found);
    const Fd control{check(::open("/dev/loop-control", O_RDWR | O_CLOEXEC), "open", "/dev/loop-control")};
    for (int tries = 0; tries < most_tries; ++tries) {
        const int number = check(::ioctl(control.number(), LOOP_CTL_GET_FREE), "find a free loop device");
        LoopDevice loop;
        loop.path = "/dev/loop" + std::to_string(number);
        loop.device = Fd{check(::open(loop.path.c_str(), (is_read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC),
                               "open", loop.path)};
        loop_config config{};
        config.fd = static_cast<std::uint32_t>(backing.number());
        config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
        if (is_read_only)
            config.info.lo_flags |= LO_FLAGS_READ_ONLY;
        std::strncpy(reinterpret_cast<char*>(config.info.lo_file_name), file.c_str(),
                     LO_NAME_SIZE - 1); // NOLINT
        if (::ioctl(loop.device.number(), LOOP_CONFIGURE, &config) == 0)
            return loop;
        if (errno != EBUSY)
            throw errno_failure(errno, "attach to a loop device", file);
    }
    throw errno_failure(EBUSY, "attach to a loop device", file);
}

} // namespace slipway::kernel
