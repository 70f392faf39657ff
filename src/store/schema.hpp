// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables of the state database and the steps from each version of them to the next.
#pragma once

namespace slipway::store {

class Database;

// Runs the steps that DATABASE has not seen, all or none of them. Throws Failure{not_supported}
// for one that a newer version wrote.
void migrate(Database& database);

// The version after all steps (PRAGMA user_version).
int schema_version();

} // namespace slipway::store
