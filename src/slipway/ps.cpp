// SPDX-License-Identifier: LGPL-2.1-or-later
// ps: the containers, newest first.
#include "client/manager.hpp"
#include "slipway/container_table.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

#include <algorithm>

namespace slipway::cli {

int ps(Context& context, const Arguments& arguments)
{
    bool shows_all = false;
    bool is_quiet = false;
    bool is_json = false;
    bool is_whole = false;
    std::optional<std::string> group;
    Options options{"ps [-a] [-q] [--group GROUP] [--format table|json] [--no-trunc]",
                    "Lists containers, the newest first."};
    options.flag("-a,--all", shows_all, "Those that do not run as well");
    options.flag("-q,--quiet", is_quiet, "Only IDs");
    options.text("--group", group, "GROUP", "Only those of this group");
    options.flag("--no-trunc", is_whole, "Whole IDs and commands");
    options.format(is_json);
    options.parse(arguments);

    client::Manager manager{context.engine()};
    std::vector<client::ContainerInfo> containers = context.await(manager.list()).containers;
    if (group)
        std::erase_if(containers,
                      [&group](const client::ContainerInfo& info) { return info.group != *group; });
    if (!shows_all)
        std::erase_if(containers, [](const client::ContainerInfo& info) { return !info.is_alive(); });
    std::sort(containers.begin(), containers.end(), [](const auto& a, const auto& b) {
        return a.created_usec != b.created_usec ? a.created_usec > b.created_usec : a.name < b.name;
    });

    const Length length = is_whole ? Length::whole : Length::cut;
    if (is_quiet)
        print(id_lines(containers, length));
    else
        print(is_json ? json_text(containers, now()) : containers_table(containers, length, now()));
    return 0;
}

} // namespace slipway::cli
