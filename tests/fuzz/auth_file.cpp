// SPDX-License-Identifier: LGPL-2.1-or-later
// What is read makes no header of two lines, and is written, and read again, as the same.
#include "oci/auth_file.hpp"

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    const auto first = oci::parse_auth_file(fuzz::text_of(data, size), "auth.json");
    if (!first)
        return 0;
    for (const auto& [key, found] : first.value().credentials)
        for (const std::string& text :
             {found.username, found.password, found.identity_token, found.registry_token})
            fuzz::require(text.find_first_of(std::string_view{"\0\r\n", 3}) == std::string::npos);
    static_cast<void>(oci::find_credentials(first.value(), "h.example:5000", "team/app"));
    const auto second = oci::parse_auth_file(oci::to_json(first.value()), "auth.json");
    fuzz::require(second.has_value());
    return 0;
}
