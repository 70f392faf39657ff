// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-generator: what systemd is to know from boot on (systemd.generator(7)): the sockets that start
// containers, the services that keep them, and units of the files that are written for Quadlet.
#include "base/failure.hpp"
#include "generator/own_units.hpp"
#include "generator/settings.hpp"
#include "generator/write.hpp"
#include "quadlet/own_files.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

namespace {

using namespace slipway;
using namespace slipway::generator;

void make_units(const Settings& settings, const std::filesystem::path& target, const Log& log)
{
    const quadlet::Sources found = quadlet::find_sources(settings.places, quadlet::own_files());
    for (const quadlet::Complaint& complaint : found.complaints)
        log.complain(complaint);
    const quadlet::Surroundings surroundings{settings.scope, [](const std::string& path) {
                                                 std::error_code error;
                                                 return std::filesystem::exists(path, error);
                                             }};
    for (const quadlet::Outcome& outcome : quadlet::generate(found.sources, surroundings)) {
        for (const quadlet::Complaint& complaint : outcome.complaints)
            log.complain(complaint);
        if (!outcome.unit)
            continue;
        try {
            write_unit(*outcome.unit, target);
        } catch (const std::exception& failure) {
            log.complain({outcome.path, 0, quadlet::Severity::error, failure.what()});
        }
    }
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fputs("usage: slipway-generator NORMAL [EARLY LATE]\n", stderr);
        return 2;
    }
    const Log log;
    int status = 0;
    const auto attempt = [&](auto&& deed) {
        try {
            deed();
        } catch (const std::exception& failure) {
            log.complain(quadlet::Severity::error, failure.what());
            status = 1;
        }
    };
    Settings settings;
    attempt([&] { settings = read_settings(log); });
    if (settings.scope == quadlet::Scope::machine)
        attempt([&] { link_own_units(argv[1]); });
    attempt([&] { make_units(settings, argv[1], log); });
    return status;
}
