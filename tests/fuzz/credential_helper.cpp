// SPDX-License-Identifier: LGPL-2.1-or-later
// What a helper answers makes no header of two lines, and can be told to one again.
#include "oci/credential_helper.hpp"

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    const std::string_view text = fuzz::text_of(data, size);
    static_cast<void>(oci::parse_helper_list(text));
    static_cast<void>(oci::means_nothing_kept(text));
    const auto found = oci::parse_helper_answer(text);
    if (!found)
        return 0;
    const oci::Credentials& one = found.value();
    for (const std::string& each : {one.username, one.password, one.identity_token})
        fuzz::require(each.find_first_of(std::string_view{"\0\r\n", 3}) == std::string::npos);
    const auto again = oci::parse_helper_answer(oci::helper_request("h.example", one));
    fuzz::require(again.has_value());
    fuzz::require(again.value() == one);
    return 0;
}
