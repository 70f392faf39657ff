// SPDX-License-Identifier: LGPL-2.1-or-later
// Where an engine keeps things, and whose IDs its containers have.
#pragma once

#include "engine/engine.hpp"

namespace slipway {

engine::EnginePlaces machines_places();

// Of the user that we run as. Throws Failure: for root, and without XDG_RUNTIME_DIR or a home.
engine::EnginePlaces users_places();

} // namespace slipway
