// SPDX-License-Identifier: LGPL-2.1-or-later
// PruneFilter: which of the things that nothing uses are to go.
#pragma once

#include "base/time.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slipway::engine {

struct PruneFilter {
    std::optional<RealTime> until;         // what was made, or came here, before
    std::vector<std::string> labels;       // "KEY" or "KEY=VALUE": what has them all
    std::vector<std::string> other_labels; // what has none of them

    bool wants_labels() const noexcept { return !labels.empty() || !other_labels.empty(); }
    bool is_empty() const noexcept { return !until && !wants_labels(); }
    // CREATED_AT and HELD: of the thing.
    bool fits(RealTime created_at, const std::map<std::string, std::string>& held) const;
};

} // namespace slipway::engine
