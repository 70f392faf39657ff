// SPDX-License-Identifier: LGPL-2.1-or-later
// compose build: the images of services that say how theirs are built.
#include "slipway/compose_build_wish.hpp"
#include "slipway/compose_group.hpp"
#include "slipway/compose_selection.hpp"
#include "slipway/compose_services.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_build(Context& context, const Arguments& arguments)
{
    ServicesOptions what;
    BuildChanges changes;
    bool has_dependencies = false;
    bool is_quiet = false;
    Options options{"compose [-f FILE]... [-p NAME] build [OPTIONS] [SERVICE...]",
                    "Builds the images of services that have a build, as 'slipway build' does, and prints "
                    "their names."};
    add_services_options(options, what);
    options.list("--build-arg", changes.arguments, "NAME=VALUE", "Set a variable of the Dockerfile's ARG");
    options.flag("--no-cache", changes.has_no_cache, "Build all steps anew");
    options.flag("--pull", changes.pulls, "Get what they are built from anew");
    options.flag("--with-dependencies", has_dependencies, "What the named services depend on too");
    options.flag("-q,--quiet", is_quiet, "Do not print names");
    options.parse(arguments);

    const compose::Project project = load_project(what.which, what.services);
    for (const std::string& name : selected_services(
             project, what.services, has_dependencies ? Dependencies::included : Dependencies::left_out))
    {
        const compose::Service& service = project.services.at(name);
        if (!service.build)
            continue;
        build_service(context, project, service, changes);
        if (!is_quiet)
            print_line(image_of(project, service));
    }
    return 0;
}

} // namespace slipway::cli
