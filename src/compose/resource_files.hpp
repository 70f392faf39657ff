// SPDX-License-Identifier: LGPL-2.1-or-later
// Volume, FileResource, Grant: the project's volumes; its configs and secrets, and what a service sees of
// them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace slipway::compose {

struct Volume {
    std::string key;          // in the file
    std::string name;         // as the engine calls it: PROJECT_KEY, or what "name" says
    bool is_external = false; // is there already
    std::string driver;
    std::map<std::string, std::string> driver_options;
    std::map<std::string, std::string> labels;

    bool operator==(const Volume&) const = default;
};

// A config or a secret: text that becomes a file in containers. Just one of file, environment, content and
// is_external is set.
struct FileResource {
    std::string key;
    std::string name;
    bool is_external = false; // is there already
    std::string file;         // an absolute path of the host
    std::string environment;  // the name of a variable of whoever runs this
    std::optional<std::string> content;
    // What the variable has; nothing where it is not set. Beside environment.
    std::optional<std::string> value;
    std::map<std::string, std::string> labels;

    bool operator==(const FileResource&) const = default;
};
using Config = FileResource;
using Secret = FileResource;

// That a service sees a config or a secret.
struct Grant {
    std::string source; // its key
    std::string target; // an absolute path in the container
    std::string user;   // uid; empty: 0
    std::string group;
    std::optional<std::uint32_t> mode; // permission bits; nothing: 0444

    bool operator==(const Grant&) const = default;
};

} // namespace slipway::compose
