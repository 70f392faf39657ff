// SPDX-License-Identifier: LGPL-2.1-or-later
// compose cp: files between a container of a service and here.
#include "slipway/compose_services.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_cp(Context& context, const Arguments& arguments)
{
    ProjectOptions which;
    std::string from;
    std::string to;
    bool keeps_owners = false;
    bool follows_link = false;
    std::optional<std::size_t> number;
    Options options{"compose [-f FILE]... [-p NAME] cp [OPTIONS] FROM TO",
                    "Copies files between a container of a service and here, as 'slipway cp' does: one of "
                    "the two is SERVICE:PATH."};
    add_project_options(options, which);
    options.flag("-a,--archive", keeps_owners, "Keep owners, set-id bits, capabilities and ACLs");
    options.flag("-L,--follow-link", follows_link, "Where FROM is a symbolic link, copy what it leads to");
    options.count("--index", number, "N", "The container with this number; the first one otherwise");
    options.operand("FROM", from, "PATH, SERVICE:PATH or -");
    options.operand("TO", to, "PATH, SERVICE:PATH or -");
    options.parse(arguments);

    const std::string group = project_name(which);
    Arguments rest;
    if (keeps_owners)
        rest.emplace_back("--archive");
    if (follows_link)
        rest.emplace_back("--follow-link");
    for (const std::string& side : {from, to}) {
        const std::size_t colon = side.find(':');
        // As for 'slipway cp', a slash in front of the colon makes it a path.
        const bool is_service =
            colon != std::string::npos && colon < side.find('/') && !side.starts_with('.');
        rest.push_back(is_service ? container_at(context, group, side.substr(0, colon), number).name +
                                        side.substr(colon)
                                  : side);
    }
    return cp(context, rest);
}

} // namespace slipway::cli
