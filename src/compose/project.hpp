// SPDX-License-Identifier: LGPL-2.1-or-later
// Project: all that Compose files say, checked.
#pragma once

#include "compose/network.hpp"
#include "compose/resource_files.hpp"
#include "compose/service.hpp"

#include <map>
#include <string>
#include <vector>

namespace slipway::compose {

// A remark on a place in a file.
struct Note {
    std::string file;
    unsigned line = 0;
    std::string path;   // of the key: "services.web.isolation"
    std::string reason; // a sentence without its subject: "is not acted on: …"

    bool operator==(const Note&) const = default;
};

struct Project {
    std::string name;                        // [a-z0-9][a-z0-9_-]*
    std::string directory;                   // absolute
    std::map<std::string, Service> services; // by key, those that no active profile enables too
    std::map<std::string, Network> networks; // "default" among them where a service is on it
    std::map<std::string, Volume> volumes;
    std::map<std::string, Config> configs;
    std::map<std::string, Secret> secrets;

    // Keys of the specification that the room knows and that no field here stands for.
    std::vector<Note> unheeded;
    // What is worth a look and no error: variables that are not set.
    std::vector<Note> warnings;
};

} // namespace slipway::compose
