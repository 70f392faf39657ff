// SPDX-License-Identifier: LGPL-2.1-or-later
// Record data: words of the command line as a record's data on D-Bus.
#pragma once

#include <string>
#include <vector>

namespace slipway::cli {

// Each of WORDS is a text of a TXT record; of other types they are the words of one text.
std::string record_data(const std::string& type, const std::vector<std::string>& words);

} // namespace slipway::cli
