// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of the Container Device Interface: "vendor.com/class=device" (its SPEC.md, "Kind" and "CDI Devices").
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace slipway::oci::cdi {

struct Name {
    std::string kind; // "vendor.com/class"
    std::string device;

    std::string text() const { return kind + "=" + device; }
};

// "vendor/class": each begins with a letter and ends with a letter or digit; between are those, '_', '-',
// '.'.
bool is_kind(std::string_view text);
// Begins and ends with a letter or digit; between are those, '_', '-', '.' and ':'.
bool is_device_name(std::string_view text);

// Refuses with invalid_argument.
Result<Name> parse_name(std::string_view text);

} // namespace slipway::oci::cdi
