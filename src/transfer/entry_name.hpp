// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of entries: what may stand in an archive and where in the tree it belongs.
#pragma once

#include <string>
#include <string_view>

namespace slipway::transfer {

// "./usr//bin/" → "usr/bin", "./" → "". Throws Failure: hostile_archive for absolute names and those with
// "..", for too long ones; unreadable_archive for an empty one.
std::string checked_name(std::string_view name);

// NAME for a message: in quotes, one line, control characters and what is not UTF-8 as \xNN, cut if it is
// long.
std::string in_quotes(std::string_view name);

// As check() does, for what was done to an entry called NAME; the message is made only when it is needed.
void check_entry(int result, std::string_view deed, std::string_view name);

// "usr/bin/sh" → "usr/bin" and "sh".
struct SplitName {
    std::string parent;
    std::string base;
};
SplitName split(const std::string& name);

} // namespace slipway::transfer
