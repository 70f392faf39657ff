// SPDX-License-Identifier: LGPL-2.1-or-later
// Beginnings of ids: what people type for a container or an image.
#pragma once

#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace slipway::store {

// The ids that begin so: from `first` up to, without, `end`.
struct IdPrefix {
    std::string first;
    std::string end;
};

// Nothing for text that begins no id.
std::optional<IdPrefix> find_id_prefix(std::string_view text);

// The id of the only row of (id, name); nothing if there is none. Throws Failure{invalid_argument} naming
// some if there are several; WHAT is the word for one of them.
std::optional<std::string> one_match(Query& query, std::string_view text, std::string_view what);

} // namespace slipway::store
