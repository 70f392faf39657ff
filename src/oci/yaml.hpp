// SPDX-License-Identifier: LGPL-2.1-or-later
// YAML as JSON, for documents that come in either.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"

#include <set>
#include <string_view>

namespace slipway::oci {

// The one document of TEXT. YAML guesses what a plain word is, so that a name such as 0 or no would be a
// number or a truth; here the words of the members in TYPED (and of lists there) are numbers and truths, all
// others are text. Null is null everywhere. Refuses with invalid_argument, line and column in front: tags of
// its own, names that are no text or come twice, and what is too large once its aliases are written out.
Result<Json> parse_yaml(std::string_view text, const std::set<std::string_view>& typed);

} // namespace slipway::oci
