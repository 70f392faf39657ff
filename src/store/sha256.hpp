// SPDX-License-Identifier: LGPL-2.1-or-later
// Sha256 under the store's own name.
#pragma once

#include "hashing/sha256.hpp"

namespace slipway::store {

using hashing::digest_of;
using hashing::Sha256;

} // namespace slipway::store
