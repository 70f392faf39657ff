// SPDX-License-Identifier: LGPL-2.1-or-later
// What an answer that is no success means for the user.
#pragma once

#include "base/failure.hpp"
#include "base/json.hpp"
#include "registry-client/http.hpp"

#include <string>
#include <string_view>

namespace slipway::registry_client {

// The member NAME of an object; empty where it is no text.
std::string text_in(const Json& object, const char* name);

// The registry's own words: the errors in its JSON, or else the beginning of its text; printable, one line.
std::string words_of(const HttpAnswer& answer);

// DEED: "getting the manifest of team/app:1"; HOST: who answered.
Failure failure_of(const HttpAnswer& answer, std::string_view deed, std::string_view host);

// 429, and those of 5xx that pass.
bool is_passing(int status);

} // namespace slipway::registry_client
