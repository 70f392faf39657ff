// SPDX-License-Identifier: LGPL-2.1-or-later
// Source: a file of Quadlet's as somebody has read it, and what else is to be known of the machine.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace slipway::quadlet {

struct SourceText {
    std::string path;
    std::string text;
};

struct Source {
    SourceText file;
    std::vector<SourceText> drop_ins; // in the order in which they count
};

// Whose manager the units are for.
enum class Scope { machine, user };

struct Surroundings {
    Scope scope = Scope::machine;
    std::function<bool(const std::string& path)> exists;
};

} // namespace slipway::quadlet
