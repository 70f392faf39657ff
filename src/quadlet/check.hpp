// SPDX-License-Identifier: LGPL-2.1-or-later
// What a file must not say: keys and sections that nobody knows, or that slipway refuses.
#pragma once

#include "quadlet/item.hpp"

namespace slipway::quadlet {

// Complaints go to ITEM.
void check(Item& item);

} // namespace slipway::quadlet
