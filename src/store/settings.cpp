// SPDX-License-Identifier: LGPL-2.1-or-later
// Settings: rows of two texts.
#include "store/settings.hpp"

namespace slipway::store {

std::string Settings::find(std::string_view key)
{
    Query query = database_.query("SELECT value FROM settings WHERE key = ?");
    return query.bind(key).step() ? query.text(0) : std::string{};
}

void Settings::set(std::string_view key, std::string_view value)
{
    if (value.empty())
        database_.query("DELETE FROM settings WHERE key = ?").bind(key).run();
    else
        database_.query("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)")
            .bind(key)
            .bind(value)
            .run();
}

} // namespace slipway::store
