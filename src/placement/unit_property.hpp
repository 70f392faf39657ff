// SPDX-License-Identifier: LGPL-2.1-or-later
// Properties of units as their files have them, "MemoryHigh=1G" (systemd.unit(5),
// systemd.resource-control(5), systemd.scope(5)), for systemd's D-Bus interface, which has them typed
// (org.freedesktop.systemd1(5)).
#pragma once

#include "bus/message.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace slipway::placement {

using Pairs = std::vector<std::pair<std::string, std::uint64_t>>;

struct UnitProperty {
    std::string key; // the interface's: RuntimeMaxSec= is RuntimeMaxUSec
    std::variant<bool, std::string, std::vector<std::string>, std::uint64_t, std::uint32_t,
                 std::vector<std::uint8_t>, Pairs>
        value;

    bool operator==(const UnitProperty&) const = default;
};

// The section that a unit's file has it in: "Unit", or that of its kind.
enum class Section { unit, kind };
Section section_of(std::string_view assignment);

// Throws Failure{invalid_argument}: for what is no assignment, a property that a container's unit cannot
// have, or that has an option of its own, a value that cannot be meant so.
UnitProperty parse_unit_property(std::string_view assignment);

// As an (sv).
void append(bus::Message& call, const UnitProperty& property);

} // namespace slipway::placement
