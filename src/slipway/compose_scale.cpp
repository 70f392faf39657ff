// SPDX-License-Identifier: LGPL-2.1-or-later
// compose scale: group scale by docker's word.
#include "slipway/compose_project.hpp"
#include "slipway/group_verbs.hpp"
#include "slipway/replica_counts.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_scale(Context& context, const Arguments& arguments)
{
    ProjectOptions which;
    std::vector<std::string> words;
    Options options{"compose [-f FILE]... [-p NAME] scale SERVICE=N...",
                    "Makes more replicas of services, or takes some away."};
    add_project_options(options, which);
    options.operands("SERVICE=N", words, "A service and how many of it there are to be");
    options.parse(arguments);

    std::vector<ReplicaCount> counts;
    counts.reserve(words.size());
    for (const std::string& word : words)
        counts.push_back(parse_replica_count(word));
    const std::string group = project_name(which);
    for (const ReplicaCount& count : counts)
        run_group_job(context, group,
                      [&count](client::Group& proxy) { return proxy.scale(count.member, count.replicas); });
    return 0;
}

} // namespace slipway::cli
