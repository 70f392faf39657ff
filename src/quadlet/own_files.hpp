// SPDX-License-Identifier: LGPL-2.1-or-later
// The machine's own files, for whoever has nothing else to lend to the search.
#pragma once

#include "quadlet/search.hpp"

namespace slipway::quadlet {

Files own_files();

} // namespace slipway::quadlet
