// SPDX-License-Identifier: LGPL-2.1-or-later
// Builders: the programs that build images from Dockerfiles, and how they are called.
#pragma once

#include "slipway/tool_job.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slipway::cli {

struct BuildWish {
    std::string context;                // a directory
    std::string file;                   // the Dockerfile; empty: the context's own
    std::vector<std::string> arguments; // "NAME=VALUE"
    std::string target;
    std::string platform;
    bool has_no_cache = false;
    bool pulls = false;               // what it is built from anew
    std::vector<std::string> labels;  // "NAME=VALUE"
    std::vector<std::string> hosts;   // "NAME=ADDRESS"
    std::vector<std::string> secrets; // "id=NAME,src=FILE", "id=NAME,env=VARIABLE"
    std::vector<std::string> ssh;
    std::string network;
    std::optional<std::string> file_text; // in place of a Dockerfile
    std::string name;                     // whole; empty: none
};

// Builds into buildah's own storage; the image's ID goes to ID_FILE.
ToolCall buildah_build(const std::string& program, const BuildWish& wish, const std::string& id_file);
// Writes the image as an OCI archive into FILE, since it cannot write to a pipe.
ToolCall buildah_push(const std::string& program, const BuildWish& wish, const std::string& id,
                      const std::string& file);
// Builds, and writes the image as an OCI archive to standard output.
ToolCall buildctl_build(const std::string& program, const BuildWish& wish);

} // namespace slipway::cli
