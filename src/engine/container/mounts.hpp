// SPDX-License-Identifier: LGPL-2.1-or-later
// Mounts: what a caller wishes to see in a container, checked; and as the launcher takes it.
#pragma once

#include "base/json.hpp"
#include "oci/runtime_config.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::engine {

// As dbus/org.slipway.Engine1.Manager.xml says of Mounts.
struct MountWish {
    std::string type = "volume";
    std::string source;
    std::string target;
    bool is_read_only = false;
    bool has_no_copy = false;
    bool is_not_mapped = false;
    std::string propagation;
    std::string recursive;
    std::string sub_path;
    std::vector<std::string> options;
    std::optional<std::uint64_t> size;
    std::optional<std::uint64_t> mode;
    std::map<std::string, std::string> volume_options;
    std::map<std::string, std::string> volume_labels;
};

enum class MountKind { volume, bind, tmpfs };

struct Mount {
    MountKind kind = MountKind::volume;
    std::string source; // a volume's name or a path of the host's
    std::string target; // absolute and normal
    std::string sub_path;
    std::vector<std::string> options; // of mount(8), "ro" among them
    bool copies = true;               // what the image has at the target, into an empty volume
    bool is_id_mapped = true;
    bool is_recursive = true; // a bind with what is mounted below it
    bool is_anonymous = false;

    bool is_read_only() const;
    bool operator==(const Mount&) const = default;
};

// The source of a volume may be empty: one is to be made up. Throws Failure{invalid_mount, not_supported}.
Mount complete(const MountWish& wish);
// A VOLUME of an image; nothing where TAKEN has its target. Throws Failure{invalid_mount} for one that an
// image must not ask for.
std::optional<Mount> volume_of_image(const std::string& target, const std::set<std::string>& taken);

Json to_json(const std::vector<Mount>& mounts);
std::vector<Mount> read_mounts(const Json& json);

// As the launcher takes it; PATH: the source's on the host. A user namespace that is there maps the IDs.
enum class UserIds { hosts, own };
oci::Mount runtime_mount(const Mount& mount, const std::string& path, UserIds ids);
// Those of DEFAULTS that nothing of ADDED stands in for, and all of ADDED; parents before what is below them.
std::vector<oci::Mount> merge(std::vector<oci::Mount> defaults, const std::vector<oci::Mount>& added);

} // namespace slipway::engine
