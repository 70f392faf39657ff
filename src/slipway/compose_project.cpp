// SPDX-License-Identifier: LGPL-2.1-or-later
// A Compose project: its files read, with this program's environment.
#include "slipway/compose_project.hpp"

#include "base/file.hpp"
#include "compose/load.hpp"
#include "slipway/report.hpp"

#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace slipway::cli {

namespace {

// Of an absolute path that is none of a file's: "-f -".
constexpr const char* standard_input = "/dev/stdin";

std::string absolute(const std::string& file)
{
    return file == "-" ? standard_input : std::filesystem::absolute(file).lexically_normal().native();
}

} // namespace

void add_project_options(Options& options, ProjectOptions& project, OptionNames names)
{
    const bool is_short = names == OptionNames::short_too;
    options.list(is_short ? "-f,--file" : "--file", project.files, "FILE",
                 "A compose file, later ones over earlier ones; compose.yaml here or above otherwise");
    options.text(is_short ? "-p,--project-name" : "--project-name", project.name, "NAME",
                 "The group's name; the directory's otherwise");
    options.text("--project-directory", project.directory, "DIRECTORY", "Where relative paths begin");
    options.list("--profile", project.profiles, "NAME", "Services of this profile too");
    options.list("--env-file", project.env_files, "FILE", "Variables for the files; .env otherwise");
}

compose::Project load_project(const ProjectOptions& options, const std::vector<std::string>& targets)
{
    return load_project_with_model(options, targets).project;
}

compose::LoadedProject load_project_with_model(const ProjectOptions& options,
                                               const std::vector<std::string>& targets)
{
    compose::LoadOptions wish;
    wish.working_directory = std::filesystem::current_path().native();
    for (const std::string& file : options.files)
        wish.files.push_back(absolute(file));
    if (options.directory)
        wish.project_directory = absolute(*options.directory);
    else if (!wish.files.empty() && wish.files.front() == standard_input)
        wish.project_directory = wish.working_directory;
    wish.project_name = options.name.value_or(std::string{});
    wish.profiles = options.profiles;
    wish.targets = targets;
    for (const std::string& file : options.env_files)
        wish.env_files.push_back(absolute(file));
    compose::Surroundings surroundings;
    surroundings.read_file = [](const std::string& path) -> std::optional<std::string> {
        if (path == standard_input)
            return read_all(STDIN_FILENO, "standard input");
        return find_file(path);
    };
    surroundings.variable = [](const std::string& name) -> std::optional<std::string> {
        const char* const value = std::getenv(name.c_str()); // NOLINT(concurrency-mt-unsafe)
        return value == nullptr ? std::nullopt : std::optional<std::string>{value};
    };
    return compose::load_with_model(wish, surroundings).value();
}

std::string project_name(const ProjectOptions& options)
{
    return options.name ? *options.name : load_project(options).name;
}

namespace {

// A user's engine makes no networks: a service that names none has what a container of a user's has.
compose::Project without_implied_network(compose::Project project)
{
    compose::Network implied;
    implied.key = "default";
    implied.name = project.name + "_default";
    const auto network = project.networks.find(implied.key);
    if (network == project.networks.end() || !(network->second == implied))
        return project;
    bool is_used = false;
    for (auto& [name, service] : project.services) {
        const auto use = service.networks.find(implied.key);
        if (use == service.networks.end())
            continue;
        if (use->second == compose::NetworkUse{} && service.networks.size() == 1)
            service.networks.clear();
        else
            is_used = true;
    }
    if (!is_used)
        project.networks.erase(network);
    return project;
}

} // namespace

client::GroupSettings settings_of(const compose::Project& project, Directories directories,
                                  client::Reach reach)
{
    ComposeGroup group = group_of(reach == client::Reach::user ? without_implied_network(project) : project);
    for (const std::string& remark : group.remarks)
        complain("slipway: " + remark + "\n");
    if (directories == Directories::made)
        for (const std::string& directory : group.directories)
            if (!std::filesystem::exists(directory))
                std::filesystem::create_directories(directory);
    return std::move(group.settings);
}

} // namespace slipway::cli
