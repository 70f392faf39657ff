// SPDX-License-Identifier: LGPL-2.1-or-later
// generate(): units of systemd's from files of Quadlet's. Reads nothing but by what the caller lends.
#pragma once

#include "quadlet/complaint.hpp"
#include "quadlet/install.hpp"
#include "quadlet/source.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slipway::quadlet {

struct Unit {
    std::string name; // "web.service"
    std::string text;
    std::vector<Link> links;
};

// What came of one source.
struct Outcome {
    std::string path;
    std::optional<Unit> unit;
    std::vector<Complaint> complaints;
};

// SOURCES: each file's name once. A bad one makes no unit, and keeps no other from being made but those that
// need it. In the order of the sources.
std::vector<Outcome> generate(const std::vector<Source>& sources, const Surroundings& surroundings);

} // namespace slipway::quadlet
