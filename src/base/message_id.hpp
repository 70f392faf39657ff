// SPDX-License-Identifier: LGPL-2.1-or-later
// MESSAGE_ID of slipway's own journal entries (systemd.journal-fields(7)); the
// message catalog explains each.
#pragma once

#include <string_view>

namespace slipway::message_id {

inline constexpr std::string_view container_created = "84c6b16e56ea482091f096b81ff4f484";
inline constexpr std::string_view container_started = "77a5c38e9ef345df92cac704bf83f3ee";
// Carries CONTAINER_EXIT_STATUS and CONTAINER_EXIT_SIGNAL.
inline constexpr std::string_view container_died = "208c0fa0921a4a528f1afa922ac45bf2";
// Carries CONTAINER_HEALTH.
inline constexpr std::string_view container_health = "db1b5b9582c144de9edcf423686a45de";
inline constexpr std::string_view container_removed = "f2450cab2ccb442f891e76611545ba9f";
inline constexpr std::string_view image_imported = "db4162c582954a3cadb64aed2888a17d";
inline constexpr std::string_view image_removed = "d255243bc00d492ebeed8d2ae69d278a";

} // namespace slipway::message_id
