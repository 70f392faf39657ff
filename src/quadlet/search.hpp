// SPDX-License-Identifier: LGPL-2.1-or-later
// Search: Quadlet's files in the directories where they may be, with their drop-ins.
#pragma once

#include "quadlet/complaint.hpp"
#include "quadlet/source.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace slipway::quadlet {

// What of a directory's own directories is left out.
enum class LeftOut {
    nothing,
    all,     // only the files beside each other
    users,   // "users": those of the managers of users
    numbers, // numbers: those of single users
};

struct Place {
    std::string path;
    LeftOut left_out = LeftOut::nothing;
};

enum class NameKind { file, directory, other };

struct FoundName {
    std::string name;
    NameKind kind = NameKind::other; // links followed
};

// What the caller lends.
struct Files {
    // Nothing in it where there is no such directory.
    std::function<std::vector<FoundName>(const std::string& directory)> list;
    // The same for the same directory, by whichever links it is found.
    std::function<std::string(const std::string& directory)> identify;
    // Throws Failure.
    std::function<std::string(const std::string& path)> read;
};

struct Sources {
    std::vector<Source> sources; // by name
    std::vector<Complaint> complaints;
};

// Of files and drop-ins of the same name those count that are in the first of PLACES. An empty file takes its
// name and is none, as a link to /dev/null is: it masks the others (systemd.unit(5)).
Sources find_sources(const std::vector<Place>& places, const Files& files);

// The usual places, the first counting most. CONFIGURATION is what $XDG_CONFIG_HOME means.
struct User {
    std::string runtime;
    std::string configuration;
    std::string number;
};
// podman's own directories too, or not.
enum class Podman { left_out, read };
std::vector<Place> places_of(const std::optional<User>& user, Podman podman);

} // namespace slipway::quadlet
