// SPDX-License-Identifier: LGPL-2.1-or-later
// Directories: the machine's own files, lent to the search.
#pragma once

#include "quadlet/search.hpp"

namespace slipway::generator {

quadlet::Files own_files();

} // namespace slipway::generator
