// SPDX-License-Identifier: LGPL-2.1-or-later
// What is read makes no header of two lines, is written and read again as the same, and can be changed in one
// place.
#include "oci/auth_edit.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    const std::string_view text = fuzz::text_of(data, size);
    const auto first = oci::parse_auth_file(text, "auth.json");
    const oci::Credentials ann{"ann", "secret", "", ""};
    const auto changed = oci::with_credentials(text, "auth.json", "h.example", ann, oci::AuthStyle::podman);
    if (!first)
        return 0;
    for (const auto& [key, found] : first.value().credentials)
        for (const std::string& word :
             {found.username, found.password, found.identity_token, found.registry_token})
            fuzz::require(word.find_first_of(std::string_view{"\0\r\n", 3}) == std::string::npos);
    static_cast<void>(oci::find_credentials(first.value(), "h.example:5000", "team/app"));
    const auto second = oci::parse_auth_file(oci::to_json(first.value()), "auth.json");
    fuzz::require(second.has_value());

    fuzz::require(changed.has_value());
    const auto third = oci::parse_auth_file(changed.value().json, "auth.json");
    fuzz::require(third.has_value() && oci::find_credentials(third.value(), "h.example", "") == ann);
    const auto gone = oci::without_credentials(changed.value().json, "auth.json", "h.example");
    fuzz::require(gone.has_value() && gone.value().has_changed);
    const auto fourth = oci::parse_auth_file(gone.value().json, "auth.json");
    fuzz::require(fourth.has_value() && !oci::find_credentials(fourth.value(), "h.example", ""));
    return 0;
}
