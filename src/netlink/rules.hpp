// SPDX-License-Identifier: LGPL-2.1-or-later
// Rules: files in nft's own language, loaded by the program nft (decision 17), in the calling thread's
// network namespace.
#pragma once

#include "netlink/elements.hpp"
#include "netlink/socket.hpp"

#include <filesystem>

namespace slipway::netlink {

enum class Loading {
    kept,  // the sets were there and have their elements still
    fresh, // the table is new, or was made anew since its sets are others now: fill them
};

// FILE describes TABLE and nothing else. Its rules are replaced in one transaction; the sets' elements stay
// as long as the sets' declarations are the same. Throws Failure with what nft says, {unavailable} where
// there is no nft.
Loading load_rules(Socket& socket, const Table& table, const std::filesystem::path& file);
// False where there is none.
bool remove_table(Socket& socket, const Table& table);
bool has_table(Socket& socket, const Table& table);

} // namespace slipway::netlink
