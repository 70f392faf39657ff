// SPDX-License-Identifier: LGPL-2.1-or-later
// Settings: read.
#include "generator/settings.hpp"

#include "base/file.hpp"
#include "quadlet/unit_file.hpp"
#include "quadlet/words.hpp"

#include <cstdlib>
#include <unistd.h>

namespace slipway::generator {

namespace {

constexpr const char* configuration_file = "/etc/slipway/generator.conf";

std::string variable(const char* name)
{
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

quadlet::Podman read_configuration(const Log& log)
{
    const std::optional<std::string> text = find_file(configuration_file, 1U << 16U);
    if (!text)
        return quadlet::Podman::left_out;
    quadlet::UnitFile file;
    std::vector<quadlet::Complaint> complaints;
    quadlet::parse_unit_file(*text, configuration_file, file, complaints);
    bool reads = false;
    for (const quadlet::Section& section : file.sections)
        for (const quadlet::Entry& entry : section.entries) {
            const std::optional<bool> truth = quadlet::parse_truth(entry.value);
            if (section.name != "Generator" || entry.key != "ReadContainersSystemd")
                complaints.push_back({configuration_file, entry.line, quadlet::Severity::error,
                                      entry.key + "= of [" + section.name +
                                          "] is not known; there is ReadContainersSystemd= of [Generator]"});
            else if (!truth)
                complaints.push_back({configuration_file, entry.line, quadlet::Severity::error,
                                      entry.key + "= takes yes or no, not '" + entry.value + "'"});
            else
                reads = *truth;
        }
    for (const quadlet::Complaint& complaint : complaints)
        log.complain(complaint);
    return reads ? quadlet::Podman::read : quadlet::Podman::left_out;
}

std::vector<quadlet::Place> places_in(const std::string& list)
{
    std::vector<quadlet::Place> places;
    for (std::string_view rest = list; !rest.empty();) {
        const std::size_t end = rest.find(':');
        places.push_back({std::string{rest.substr(0, end)}, quadlet::LeftOut::nothing});
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    return places;
}

} // namespace

Settings read_settings(const Log& log)
{
    Settings settings;
    std::optional<quadlet::User> user;
    if (variable("SYSTEMD_SCOPE") == "user") {
        settings.scope = quadlet::Scope::user;
        const std::string home = variable("HOME");
        std::string configuration = variable("XDG_CONFIG_HOME");
        if (configuration.empty() && !home.empty())
            configuration = home + "/.config";
        user = {variable("XDG_RUNTIME_DIR"), configuration, std::to_string(::getuid())};
    }
    // For trials: these and no others.
    if (const std::string list = variable("SLIPWAY_UNIT_DIRS"); !list.empty())
        settings.places = places_in(list);
    else
        settings.places = quadlet::places_of(user, read_configuration(log));
    return settings;
}

} // namespace slipway::generator
