// SPDX-License-Identifier: LGPL-2.1-or-later
// load: a project of its Compose files (https://compose-spec.io), with nothing done but reading files.
#pragma once

#include "base/result.hpp"
#include "compose/environment.hpp"
#include "compose/project.hpp"
#include "compose/yaml_node.hpp"

#include <string>
#include <vector>

namespace slipway::compose {

struct LoadOptions {
    // Absolute: where relative paths of this struct begin, and where the project is looked for.
    std::string working_directory = "/";
    // Later ones are put over earlier ones. None: those that COMPOSE_FILE names, with colons, in the
    // environment or in an .env file of the working directory; else the first of compose.yaml, compose.yml,
    // docker-compose.yaml and docker-compose.yml in the working directory or above it, and
    // compose.override.yaml or its like beside it.
    std::vector<std::string> files;
    // Where the files' relative paths begin; empty: the first file's directory.
    std::string project_directory;
    // Empty: COMPOSE_PROJECT_NAME; else the files' "name"; else the directory's name, in what letters are
    // allowed.
    std::string project_name;
    // None: those of COMPOSE_PROFILES, with commas. "*" is all.
    std::vector<std::string> profiles;
    // Services that are asked for by name: their profiles are active too.
    std::vector<std::string> targets;
    // Variables beside the environment's, which wins. None: ".env" of the project's directory, if there is
    // one.
    std::vector<std::string> env_files;
};

// The first thing that is wrong is the failure, "FILE:LINE:COLUMN: PATH: reason" with invalid_configuration,
// or no_such_file; what SURROUNDINGS throws as Failure too.
Result<Project> load(const LoadOptions& options, const Surroundings& surroundings);

// The project and the one tree that its files are together, texts interpolated; what has no Mark any more.
struct LoadedProject {
    Project project;
    YamlNode model;
};
Result<LoadedProject> load_with_model(const LoadOptions& options, const Surroundings& surroundings);

} // namespace slipway::compose
