// SPDX-License-Identifier: LGPL-2.1-or-later
// Diff: what an upper directory changes of the layers below it, name by name.
#pragma once

#include "transfer/lower_tree.hpp"

#include <cstdint>
#include <functional>
#include <string_view>

namespace slipway::transfer {

enum class Change : char {
    added = 'A',
    changed = 'C',
    deleted = 'D',
};

// PATH begins with "/".
using OnChange = std::function<void(Change, std::string_view path)>;

// A directory before what is in it, siblings in the order of their bytes. A directory that is in the upper
// one only for what is in it is changed too; of what is deleted the top alone is told. UPPER: an open
// directory; whoever changes it meanwhile leads nowhere. Throws Failure, and what ON_CHANGE throws. Returns
// how many changes there are.
std::uint64_t diff(int upper, const LowerTree& lower, OverlayMarks marks, const OnChange& on_change);

} // namespace slipway::transfer
