// SPDX-License-Identifier: LGPL-2.1-or-later
// Sockets that start containers: linked.
#include "generator/sockets.hpp"

namespace slipway::generator {

namespace {

namespace fs = std::filesystem;

constexpr const char* socket_units = "/var/lib/slipway/units";

} // namespace

void link_sockets(const fs::path& target)
{
    if (!fs::is_directory(socket_units))
        return;
    const fs::path wanted = target / "sockets.target.wants";
    fs::create_directories(wanted);
    for (const fs::directory_entry& entry : fs::directory_iterator{socket_units}) {
        if (entry.path().extension() != ".socket")
            continue;
        const fs::path unit = target / entry.path().filename();
        fs::create_symlink(entry.path(), unit);
        fs::create_symlink(unit, wanted / entry.path().filename());
    }
}

} // namespace slipway::generator
