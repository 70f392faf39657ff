// SPDX-License-Identifier: LGPL-2.1-or-later
// compose pull: the images of services, from their registries.
#include "slipway/compose_group.hpp"
#include "slipway/compose_selection.hpp"
#include "slipway/compose_services.hpp"
#include "slipway/registry_job.hpp"
#include "slipway/verbs.hpp"

#include <set>

namespace slipway::cli {

int compose_pull(Context& context, const Arguments& arguments)
{
    ServicesOptions what;
    bool is_quiet = false;
    bool has_dependencies = false;
    bool goes_on = false;
    bool skips_buildable = false;
    Options options{"compose [-f FILE]... [-p NAME] pull [-q] [OPTIONS] [SERVICE...]",
                    "Gets the images of services from registries, though they are here."};
    add_services_options(options, what);
    options.flag("-q,--quiet", is_quiet, "Show no progress");
    options.flag("--include-deps", has_dependencies, "What the named services depend on too");
    options.flag("--ignore-pull-failures", goes_on, "Get the others where one fails, and exit with 0");
    options.flag("--ignore-buildable", skips_buildable, "Not what can be built");
    options.parse(arguments);

    const compose::Project project = load_project(what.which, what.services);
    std::vector<std::string> images;
    std::map<std::string, std::optional<std::string>> platforms;
    for (const std::string& name : selected_services(
             project, what.services, has_dependencies ? Dependencies::included : Dependencies::left_out))
    {
        const compose::Service& service = project.services.at(name);
        // What is built without a name of its own is at no registry.
        if (service.build && (skips_buildable || service.image.empty()))
            continue;
        const std::string image = image_of(project, service);
        if (platforms
                .emplace(image, service.platform.empty() ? std::nullopt : std::optional{service.platform})
                .second)
            images.push_back(image);
    }
    const int status = context.for_each(images, [&](const std::string& image) {
        pull_image(context, {image, platforms.at(image), {}, is_quiet});
    });
    return goes_on ? 0 : status;
}

} // namespace slipway::cli
