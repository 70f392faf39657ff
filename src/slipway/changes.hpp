// SPDX-License-Identifier: LGPL-2.1-or-later
// The changes of a container's files, from the engine's list (Container.Diff) to what is printed.
#pragma once

#include <string>
#include <string_view>

namespace slipway::cli {

// Of a file name that would move the cursor.
enum class Names { raw, visible };

// "A /etc/new" and the like, a line each. LIST: "A /etc/new\0…". Throws Failure{internal} for what is no such
// list.
std::string changes_text(std::string_view list, Names names);
// [{"Path": "/etc/new", "Kind": 1}, …], as docker's API has it: 0 changed, 1 added, 2 deleted.
std::string changes_json(std::string_view list);

} // namespace slipway::cli
