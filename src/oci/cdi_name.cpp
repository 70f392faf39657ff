// SPDX-License-Identifier: LGPL-2.1-or-later
// CDI names, letter by letter.
#include "oci/cdi_name.hpp"

#include <algorithm>

namespace slipway::oci::cdi {

namespace {

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_alphanumeric(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

bool is_made_of(std::string_view text, std::string_view also)
{
    return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
           std::all_of(text.begin(), text.end(), [also](char c) {
               return is_alphanumeric(c) || also.find(c) != std::string_view::npos;
           });
}

} // namespace

bool is_kind(std::string_view text)
{
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos)
        return false;
    const std::string_view vendor = text.substr(0, slash);
    const std::string_view class_name = text.substr(slash + 1);
    return is_made_of(vendor, "_-.") && is_letter(vendor.front()) && is_made_of(class_name, "_-.") &&
           is_letter(class_name.front());
}

bool is_device_name(std::string_view text)
{
    return is_made_of(text, "_-.:");
}

Result<Name> parse_name(std::string_view text)
{
    const std::size_t equals = text.find('=');
    const std::string_view kind = text.substr(0, equals);
    const std::string_view device =
        equals == std::string_view::npos ? std::string_view{} : text.substr(equals + 1);
    if (!is_kind(kind) || !is_device_name(device))
        return Failure{ErrorCode::invalid_argument,
                       "'" + std::string{text} + "' is no CDI device (vendor.com/class=name)"};
    return Name{std::string{kind}, std::string{device}};
}

} // namespace slipway::oci::cdi
