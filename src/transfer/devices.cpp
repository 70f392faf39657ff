// SPDX-License-Identifier: LGPL-2.1-or-later
// Devices in an archive: the table of those that every root file system has.
#include "transfer/devices.hpp"

#include "base/failure.hpp"
#include "transfer/entry_name.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace slipway::transfer {

namespace {

struct Device {
    std::string_view name;
    unsigned major;
    unsigned minor;
};

// Numbers of the kernel's Documentation/admin-guide/devices.txt.
constexpr std::array standard_devices{
    Device{"dev/console", 5, 1}, Device{"dev/full", 1, 7},   Device{"dev/null", 1, 3},
    Device{"dev/ptmx", 5, 2},    Device{"dev/random", 1, 8}, Device{"dev/tty", 5, 0},
    Device{"dev/urandom", 1, 9}, Device{"dev/zero", 1, 5},
};

} // namespace

void check_device(const Entry& entry, Purpose purpose)
{
    if (purpose == Purpose::layer && entry.name.starts_with("dev/"))
        return;
    const bool is_standard =
        entry.kind == EntryKind::character_device &&
        std::any_of(standard_devices.begin(), standard_devices.end(), [&](const Device& device) {
            return device.name == entry.name && device.major == entry.major && device.minor == entry.minor;
        });
    if (is_standard)
        return;
    const char* const kind = entry.kind == EntryKind::block_device ? "block" : "character";
    throw Failure{ErrorCode::hostile_archive,
                  "entry " + in_quotes(entry.name) + " is a " + kind + " device (" +
                      std::to_string(entry.major) + ":" + std::to_string(entry.minor) +
                      "), which an image must not bring along: make the archive without it"};
}

} // namespace slipway::transfer
