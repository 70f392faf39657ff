// SPDX-License-Identifier: LGPL-2.1-or-later
// compose ps: the containers of a group.
#include "slipway/compose_project.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_ps(Context& context, const Arguments& arguments)
{
    ProjectOptions which;
    bool is_quiet = false;
    bool is_json = false;
    Options options{"compose [-f FILE]... [-p NAME] ps [-q] [--format table|json]",
                    "Lists the containers of a group."};
    add_project_options(options, which);
    options.flag("-q,--quiet", is_quiet, "Only IDs");
    options.format(is_json);
    options.parse(arguments);

    Arguments rest{"--all", "--group", project_name(which)};
    if (is_quiet)
        rest.emplace_back("--quiet");
    if (is_json)
        rest.insert(rest.end(), {"--format", "json"});
    return ps(context, rest);
}

} // namespace slipway::cli
