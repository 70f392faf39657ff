// SPDX-License-Identifier: LGPL-2.1-or-later
// Words: quoted and escaped as in systemd.syntax(7).
#pragma once

#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::quadlet {

// Parted by blanks, quotes and C's escapes taken away; an escape that is none stays as it is, as Quadlet's
// users are used to. Specifiers and variables are left to systemd. Fails where a quote is not closed.
Result<std::vector<std::string>> split_words(std::string_view text);

// VALUE without one pair of double quotes around the whole.
std::string unquoted(std::string_view value);

// WORD such that systemd reads it as one of a command line (systemd.service(5)); % and $ keep their meaning.
std::string quote_word(std::string_view word);

// "yes", "true", "on", "1", "y", "t" and their opposites.
std::optional<bool> parse_truth(std::string_view text);

// Text in which systemd shall expand nothing.
std::string without_specifiers(std::string_view text);

} // namespace slipway::quadlet
