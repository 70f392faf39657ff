// SPDX-License-Identifier: LGPL-2.1-or-later
// Json: parsed and dumped.
#include "base/json.hpp"

template class nlohmann::basic_json<>;

namespace slipway {

Json parse_json(std::string_view text)
{
    return Json::parse(text, nullptr, false);
}

std::string json_text(const Json& value, StrayBytes stray, int indent)
{
    const auto handler =
        stray == StrayBytes::replaced ? Json::error_handler_t::replace : Json::error_handler_t::strict;
    return value.dump(indent, ' ', false, handler);
}

} // namespace slipway
