// SPDX-License-Identifier: LGPL-2.1-or-later
// A Compose project as the command line names it.
#pragma once

#include "arguments/options.hpp"
#include "compose/load.hpp"
#include "slipway/compose_group.hpp"

#include <string>
#include <vector>

namespace slipway::cli {

struct ProjectOptions {
    std::vector<std::string> files;
    std::optional<std::string> name;
    std::optional<std::string> directory;
    std::vector<std::string> profiles;
    std::vector<std::string> env_files;
};

// Short: -f and -p too, which some verbs mean something else by. Before the verb they are understood always.
enum class OptionNames { short_too, long_only };
void add_project_options(Options& options, ProjectOptions& project,
                         OptionNames names = OptionNames::short_too);
// TARGETS: services that are asked for by name. Throws what is wrong with the files.
compose::Project load_project(const ProjectOptions& options, const std::vector<std::string>& targets = {});
// The same, and its one tree (compose/load.hpp).
compose::LoadedProject load_project_with_model(const ProjectOptions& options,
                                               const std::vector<std::string>& targets = {});
// The name alone: what is wrong with the files does not matter to what runs already, where OPTIONS name it.
std::string project_name(const ProjectOptions& options);
// The remarks go to standard error; directories are made unless nothing is to be done.
enum class Directories { made, left };
client::GroupSettings settings_of(const compose::Project& project, Directories directories,
                                  client::Reach reach);

} // namespace slipway::cli
