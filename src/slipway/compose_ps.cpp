// SPDX-License-Identifier: LGPL-2.1-or-later
// compose ps: the containers of a project.
#include "slipway/compose_services.hpp"
#include "slipway/container_table.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

#include <set>

namespace slipway::cli {

int compose_ps(Context& context, const Arguments& arguments)
{
    ServicesOptions what;
    bool is_quiet = false;
    bool is_json = false;
    bool shows_all = false;
    bool lists_services = false;
    bool is_whole = false;
    std::optional<std::string> status;
    Options options{"compose [-f FILE]... [-p NAME] ps [-q] [OPTIONS] [SERVICE...]",
                    "Lists the containers of a group."};
    add_services_options(options, what);
    options.flag("-a,--all", shows_all, "Those that do not run as well, as is done anyway");
    options.flag("-q,--quiet", is_quiet, "Only IDs");
    options.flag("--services", lists_services, "Only names of services");
    options.text("--status", status, "STATE", "Only those that are so: running, paused, exited, created");
    options.flag("--no-trunc", is_whole, "Whole IDs and commands");
    options.format(is_json);
    options.parse(arguments);

    std::vector<client::ContainerInfo> containers =
        containers_of(context, project_name(what.which), what.services, Among::all);
    if (status)
        std::erase_if(containers,
                      [&status](const client::ContainerInfo& info) { return info.state != *status; });
    const Length length = is_whole ? Length::whole : Length::cut;
    std::set<std::string> services;
    for (const client::ContainerInfo& info : containers)
        services.insert(info.member);
    if (lists_services)
        for (const std::string& service : services)
            print_line(service);
    else if (is_quiet)
        print(id_lines(containers, length));
    else
        print(is_json ? json_text(containers, now()) : containers_table(containers, length, now()));
    return 0;
}

} // namespace slipway::cli
