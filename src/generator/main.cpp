// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-generator: the sockets that start containers, and the services that keep them, are units from boot
// on (systemd.generator(7)): the engine has written their files, and here they become systemd's.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

namespace {

namespace fs = std::filesystem;

constexpr const char* files = "/var/lib/slipway/units";

// What is to want a unit of this kind at boot; empty: it is none of the engine's.
std::string target_of(const fs::path& unit)
{
    if (unit.extension() == ".socket")
        return "sockets.target";
    return unit.extension() == ".service" ? "multi-user.target" : "";
}

void link_units(const fs::path& target)
{
    if (!fs::is_directory(files))
        return;
    for (const fs::directory_entry& entry : fs::directory_iterator{files}) {
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

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fputs("usage: slipway-generator NORMAL [EARLY LATE]\n", stderr);
        return 2;
    }
    try {
        link_units(argv[1]);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "slipway-generator: %s\n", failure.what());
        return 1;
    }
    return 0;
}
