// SPDX-License-Identifier: LGPL-2.1-or-later
// Mounts from the command line: understood or refused by a UsageError, and what is understood has its parts.
#include "slipway/mounts.hpp"

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    const std::string_view text = fuzz::text_of(data, size);
    const auto is_whole = [](const client::Mount& mount) {
        fuzz::require(!mount.target.empty());
        fuzz::require(mount.type != "bind" || !mount.source.empty());
        fuzz::require(!mount.mode || *mount.mode <= 07777U);
    };
    try {
        is_whole(cli::parse_volume(text, "/here"));
    } catch (const cli::UsageError&) {
    }
    try {
        is_whole(cli::parse_mount(text, "/here"));
    } catch (const cli::UsageError&) {
    }
    try {
        is_whole(cli::parse_tmpfs(text));
    } catch (const cli::UsageError&) {
    }
    return 0;
}
