// SPDX-License-Identifier: LGPL-2.1-or-later
// Units of the engine's: linked.
#include "generator/own_units.hpp"

#include <string>

namespace slipway::generator {

namespace {

namespace fs = std::filesystem;

constexpr const char* own_units = "/var/lib/slipway/units";

// What is to want a unit of this kind at boot; empty: it is none of the engine's.
std::string target_of(const fs::path& unit)
{
    if (unit.extension() == ".socket")
        return "sockets.target";
    return unit.extension() == ".service" ? "multi-user.target" : "";
}

} // namespace

void link_own_units(const fs::path& target)
{
    if (!fs::is_directory(own_units))
        return;
    for (const fs::directory_entry& entry : fs::directory_iterator{own_units}) {
        const std::string wanting = target_of(entry.path());
        if (wanting.empty())
            continue;
        const fs::path wanted = target / (wanting + ".wants");
        const fs::path unit = target / entry.path().filename();
        fs::create_directories(wanted);
        fs::create_symlink(entry.path(), unit);
        fs::create_symlink(unit, wanted / entry.path().filename());
    }
}

} // namespace slipway::generator
