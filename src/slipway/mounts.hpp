// SPDX-License-Identifier: LGPL-2.1-or-later
// Mounts as docker's users write them: -v, --mount and --tmpfs.
#pragma once

#include "arguments/options.hpp"
#include "client/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slipway::cli {

struct MountOptions {
    std::vector<std::string> volumes;
    std::vector<std::string> mounts;
    std::vector<std::string> tmpfs;
};

void add_mount_options(Options& options, MountOptions& target);

// Throws UsageError.
std::vector<client::Mount> mounts_of(const MountOptions& options);

// "[SOURCE:]TARGET[:OPTION,…]"; a SOURCE that begins with "./" or "../" is below HERE. Throws UsageError.
client::Mount parse_volume(std::string_view text, const std::string& here);
// "type=bind,source=/a,target=/b,…": fields of comma-separated values (RFC 4180). Throws UsageError.
client::Mount parse_mount(std::string_view text, const std::string& here);
// "TARGET[:OPTION,…]". Throws UsageError.
client::Mount parse_tmpfs(std::string_view text);

// The fields of one line of comma-separated values. Throws UsageError.
std::vector<std::string> split_fields(std::string_view line);

} // namespace slipway::cli
