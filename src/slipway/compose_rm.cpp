// SPDX-License-Identifier: LGPL-2.1-or-later
// compose rm: the containers of services that are at rest, removed.
#include "slipway/compose_services.hpp"
#include "slipway/consent.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_rm(Context& context, const Arguments& arguments)
{
    ServicesOptions what;
    bool is_forced = false;
    bool stops = false;
    bool has_volumes = false;
    Options options{"compose [-f FILE]... [-p NAME] rm [-f] [-s] [-v] [SERVICE...]",
                    "Removes containers that do not run, and prints their names."};
    options.flag("-f,--force", is_forced, "Do not ask");
    options.flag("-s,--stop", stops, "Stop those that run first");
    options.flag("-v,--volumes", has_volumes, "Their anonymous volumes too");
    add_project_options(options, what.which, OptionNames::long_only);
    options.operands_if_any("SERVICE", what.services, "Of these services only");
    options.parse(arguments);

    const std::string group = project_name(what.which);
    std::vector<std::string> names;
    for (const client::ContainerInfo& info : containers_of(context, group, what.services, Among::all))
        if (stops || !info.is_alive())
            names.push_back(info.name);
    if (names.empty())
        return 0;
    if (!is_forced)
        ask_consent("This will remove " + std::to_string(names.size()) + " containers of " + group + ".");
    using Fate = client::Container::OwnVolumes;
    const Fate volumes = has_volumes ? Fate::removed : Fate::kept;
    return context.for_each(names, [&](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Container container{context.engine(), context.await(manager.find_container(name))};
        if (context.await(container.read()).is_alive())
            context.await(container.stop({}));
        context.await(container.remove(client::Removal::forced, volumes));
        print_line(name);
    });
}

} // namespace slipway::cli
