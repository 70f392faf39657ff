// SPDX-License-Identifier: LGPL-2.1-or-later
// Mount: what a service has mounted: volumes, directories of the host, tmpfs, images.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::compose {

enum class MountKind : std::uint8_t { volume, bind, tmpfs, image };

struct Mount {
    MountKind kind = MountKind::volume;
    // volume: its key among the project's volumes, empty for one without a name; bind: an absolute path of
    // the host; image: its reference; tmpfs: empty.
    std::string source;
    std::string target; // an absolute path in the container
    bool is_read_only = false;

    // bind
    std::string propagation;     // "rprivate", "shared", …; empty: the engine's
    bool creates_source = false; // a directory, where there is nothing
    std::string recursive;       // enabled, disabled, writable or readonly; empty: enabled
    char relabel = '\0';         // SELinux: 'z' shared, 'Z' private

    // volume
    bool is_copied_up = true;                  // what the image has at the target is copied to a new volume
    std::map<std::string, std::string> labels; // of a volume that is made
    // volume, image: a relative path in it that is mounted; empty: all of it
    std::string subpath;

    // tmpfs
    std::optional<std::uint64_t> size; // bytes
    std::optional<std::uint32_t> mode; // permission bits
    std::string options;               // others, as mount(8) has them: "uid=1009,noexec"

    bool operator==(const Mount&) const = default;
};

// The short form: "[SOURCE:]TARGET[:OPTION,…]". A source that begins with ".", "/" or "~" is a path and is
// left as it is written. Refuses with invalid_argument, as all here do.
Result<Mount> parse_mount(std::string_view text);
// "TARGET[:OPTION,…]" of a tmpfs.
Result<Mount> parse_tmpfs(std::string_view text);

// volumes_from: "[container:]NAME[:ro|rw]".
struct VolumesFrom {
    std::string name; // of a service, or of a container
    bool is_container = false;
    bool is_read_only = false;

    bool operator==(const VolumesFrom&) const = default;
};

Result<VolumesFrom> parse_volumes_from(std::string_view text);

} // namespace slipway::compose
