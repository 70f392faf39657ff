// SPDX-License-Identifier: LGPL-2.1-or-later
// compose config: the files of a project as one, checked; or what they name.
#include "slipway/compose_group.hpp"
#include "slipway/compose_project.hpp"
#include "slipway/compose_services.hpp"
#include "slipway/compose_text.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

#include <set>

namespace slipway::cli {

namespace {

struct ConfigOptions {
    ServicesOptions what;
    bool lists_services = false;
    bool lists_volumes = false;
    bool lists_networks = false;
    bool lists_images = false;
    bool lists_profiles = false;
    bool is_quiet = false;
    std::string format = "yaml";
};

ConfigOptions read_config_options(const Arguments& arguments)
{
    ConfigOptions config;
    Options options{
        "compose [-f FILE]... [-p NAME] config [OPTIONS] [SERVICE...]",
        "Prints the files of a project as one, with all variables replaced; it is checked first."};
    add_services_options(options, config.what);
    options.flag("--services", config.lists_services, "Only names of services");
    options.flag("--volumes", config.lists_volumes, "Only names of volumes");
    options.flag("--networks", config.lists_networks, "Only names of networks");
    options.flag("--images", config.lists_images, "Only images");
    options.flag("--profiles", config.lists_profiles, "Only profiles");
    options.flag("-q,--quiet", config.is_quiet, "Print nothing, only check");
    options.text("--format", config.format, "yaml|json", "How it is printed");
    options.parse(arguments);
    if (config.format != "yaml" && config.format != "json")
        throw UsageError{"--format takes yaml or json, not '" + config.format + "'"};
    return config;
}

std::set<std::string> names_in(const compose::Project& project, const ConfigOptions& options)
{
    std::set<std::string> names;
    for (const auto& [name, service] : project.services) {
        if (options.lists_profiles)
            names.insert(service.profiles.begin(), service.profiles.end());
        if (!service.is_enabled)
            continue;
        if (options.lists_services)
            names.insert(name);
        if (options.lists_images)
            names.insert(image_of(project, service));
    }
    if (options.lists_volumes)
        for (const auto& [key, volume] : project.volumes)
            names.insert(key);
    if (options.lists_networks)
        for (const auto& [key, network] : project.networks)
            names.insert(key);
    return names;
}

// What is printed: enabled services, or those that are named.
compose::YamlNode shown_part(compose::LoadedProject loaded, const std::vector<std::string>& services)
{
    compose::YamlNode& model = loaded.model;
    model.mapping.erase("include");
    model.mapping.erase("version");
    compose::YamlNode& name = model.mapping["name"];
    name.kind = compose::YamlNode::Kind::text;
    name.text = loaded.project.name;
    const std::set<std::string> wanted{services.begin(), services.end()};
    std::erase_if(model.mapping["services"].mapping, [&](const auto& each) {
        return !loaded.project.services.at(each.first).is_enabled ||
               (!wanted.empty() && !wanted.contains(each.first));
    });
    return std::move(model);
}

} // namespace

int compose_config(Context& /*context*/, const Arguments& arguments)
{
    const ConfigOptions options = read_config_options(arguments);
    compose::LoadedProject loaded = load_project_with_model(options.what.which, options.what.services);
    if (options.lists_services || options.lists_volumes || options.lists_networks || options.lists_images ||
        options.lists_profiles)
    {
        for (const std::string& name : names_in(loaded.project, options))
            print_line(name);
        return 0;
    }
    if (options.is_quiet)
        return 0;
    const compose::YamlNode tree = shown_part(std::move(loaded), options.what.services);
    print(options.format == "json" ? json_text(tree) : yaml_text(tree));
    return 0;
}

} // namespace slipway::cli
