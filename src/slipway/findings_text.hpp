// SPDX-License-Identifier: LGPL-2.1-or-later
// What a check of the store found, a line each and as JSON.
#pragma once

#include "client/job.hpp"

#include <string>
#include <vector>

namespace slipway::cli {

// "damaged layer /var/lib/slipway/layers/…: \"etc/passwd\" is missing; in team/app:1 (repaired: got again
// …)\n"
std::string finding_line(const client::Finding& finding);
// LOOKED_AT: what was checked, in words.
std::string findings_json(const std::vector<client::Finding>& findings, const std::string& looked_at);

} // namespace slipway::cli
