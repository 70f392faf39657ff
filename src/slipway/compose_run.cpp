// SPDX-License-Identifier: LGPL-2.1-or-later
// compose run: a container of its own with a service's settings, once what the service depends on is there.
#include "base/id.hpp"
#include "slipway/apply.hpp"
#include "slipway/compose_images_here.hpp"
#include "slipway/compose_secrets.hpp"
#include "slipway/compose_selection.hpp"
#include "slipway/compose_services.hpp"
#include "slipway/environment.hpp"
#include "slipway/run_container.hpp"
#include "slipway/terminal.hpp"
#include "slipway/verbs.hpp"

#include <algorithm>
#include <unistd.h>

namespace slipway::cli {

namespace {

struct OneOffOptions {
    ProjectOptions which;
    bool is_detached = false;
    bool has_no_terminal = false;
    bool is_removed = false;
    bool has_no_dependencies = false;
    bool has_service_ports = false;
    bool has_aliases = false;
    ImagesWish images;
    std::vector<std::string> environment;
    std::vector<std::string> environment_files;
    std::vector<std::string> labels;
    std::vector<std::string> ports;
    MountOptions mounts;
    std::optional<std::string> entrypoint;
    std::optional<std::string> name;
    std::optional<std::string> user;
    std::optional<std::string> directory;
    std::vector<std::string> words; // the service, and maybe a command
};

OneOffOptions read_one_off_options(const Arguments& arguments)
{
    OneOffOptions run;
    bool opens_stdin = true; // it is open anyway
    std::optional<std::string> policy;
    Options options{"compose [-f FILE]... [-p NAME] run [OPTIONS] SERVICE [COMMAND [ARGUMENT...]]",
                    "Runs a command in a new container with a service's settings, once what the service "
                    "depends on is there. Options end at SERVICE."};
    options.flag("-d,--detach", run.is_detached, "Run in the background and print the container's ID");
    options.flag("--rm", run.is_removed, "Remove the container when it has ended");
    options.flag("-T,--no-tty,--no-TTY", run.has_no_terminal, "Give it no terminal");
    options.flag("-i,--interactive", opens_stdin, "Let it read our standard input, as it may anyway");
    options.flag("--no-deps", run.has_no_dependencies, "Not what the service depends on");
    options.flag("-P,--service-ports", run.has_service_ports, "Publish the service's ports");
    options.flag("--use-aliases", run.has_aliases, "Let it answer to the service's names too");
    options.flag("--build", run.images.builds, "Build images though they are here");
    options.text("--pull", policy, "always|missing|never|build", "Whatever the files say of it");
    options.flag("--quiet-pull", run.images.is_quiet, "No progress of that");
    options.list("-e,--env", run.environment, "KEY[=VALUE]",
                 "Set a variable; without VALUE our own is passed on");
    options.list("--env-from-file", run.environment_files, "FILE", "Set the variables in FILE, one a line");
    options.list("-l,--label", run.labels, "KEY[=VALUE]", "Attach a label");
    options.list("-p,--publish", run.ports, "PORTS", "Publish these ports");
    options.list("-v,--volume", run.mounts.volumes, "VOLUME", "Mount this too, as 'slipway run -v' does");
    options.text("--entrypoint", run.entrypoint, "PROGRAM", "Run this in place of the entry point");
    options.text("--name", run.name, "NAME", "Name it; one is made up otherwise");
    options.text("-w,--workdir", run.directory, "DIRECTORY", "Where the command starts");
    options.text("-u,--user", run.user, "USER[:GROUP]", "As whom it runs, by name or number");
    add_project_options(options, run.which, OptionNames::long_only);
    options.command("SERVICE", run.words);
    options.parse(arguments);
    if (policy)
        run.images.policy = read_pull_policy(*policy);
    return run;
}

// As the service says, without what only its replicas may have.
compose::Service one_off(compose::Service service, const OneOffOptions& options)
{
    service.container_name.clear();
    service.restart = {};
    service.health_check = compose::HealthCheck{};
    service.health_check->is_disabled = true; // nobody waits for it
    if (!options.has_service_ports)
        service.ports.clear();
    for (auto& [key, use] : service.networks) {
        if (!options.has_aliases)
            use.aliases.clear();
        use.ipv4_address.clear();
        use.ipv6_address.clear();
        use.mac_address.clear();
    }
    service.mac_address.clear();
    if (options.user)
        service.user = *options.user;
    if (options.directory)
        service.working_directory = *options.directory;
    if (options.entrypoint) {
        service.entrypoint = {*options.entrypoint};
        service.command.reset();
    }
    if (options.words.size() > 1)
        service.command.emplace(options.words.begin() + 1, options.words.end());
    return service;
}

RunOptions run_of(const compose::Project& project, const OneOffOptions& options)
{
    ComposeGroup heard; // its remarks were made for the service
    const compose::Service service = one_off(project.services.at(options.words.front()), options);
    RunOptions run;
    client::ContainerSettings& settings = run.settings;
    settings = container_of(project, service, heard);
    settings.name = options.name.value_or(project.name + "-" + service.name + "-run-" + short_id(make_id()));
    settings.group = project.name;
    settings.member = service.name + "-run";
    settings.is_auto_removed = options.is_removed;
    for (const std::string& variable : gather_environment(options.environment_files, options.environment))
        settings.environment.push_back(variable);
    for (auto& [key, value] : parse_labels(options.labels))
        settings.labels[key] = value;
    settings.labels[one_off_label] = "True";
    for (const std::string& port : options.ports)
        settings.ports.push_back(port);
    for (client::Mount& mount : mounts_of(options.mounts))
        settings.mounts.push_back(std::move(mount));
    run.is_detached = options.is_detached;
    run.opens_stdin = !options.is_detached;
    settings.has_terminal = !options.has_no_terminal && !options.is_detached && is_terminal(STDIN_FILENO) &&
                            is_terminal(STDOUT_FILENO);
    return run;
}

// What the service waits for is there, and so are its networks and volumes.
void bring_dependencies(Context& context, const compose::Project& project, const OneOffOptions& options)
{
    const std::string& name = options.words.front();
    client::ApplyOptions how;
    how.only.emplace();
    if (!options.has_no_dependencies) {
        how.only = selected_services(project, {name}, Dependencies::included);
        std::erase(*how.only, name);
        for (const auto& [other, dependency] : project.services.at(name).dependencies)
            if (std::find(how.only->begin(), how.only->end(), other) != how.only->end() &&
                dependency.condition != compose::Dependency::Condition::started)
                how.awaited[other] =
                    dependency.condition == compose::Dependency::Condition::healthy ? "healthy" : "completed";
    }
    std::vector<std::string> needed = *how.only;
    needed.push_back(name);
    client::GroupSettings settings = settings_of(project, Directories::made, context.global().reach);
    bring_images(context, project, needed, options.images);
    bring_secrets(context, project);
    apply_group(context, project.name, std::move(settings), how);
}

} // namespace

int compose_run(Context& context, const Arguments& arguments)
{
    const OneOffOptions options = read_one_off_options(arguments);
    const compose::Project project = load_project(options.which, {options.words.front()});
    bring_dependencies(context, project, options);
    Timings timings{context.begun()};
    IdFile file{std::nullopt};
    return run_container(context, run_of(project, options), timings, file);
}

} // namespace slipway::cli
