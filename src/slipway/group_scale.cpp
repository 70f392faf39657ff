// SPDX-License-Identifier: LGPL-2.1-or-later
// group scale: more or fewer replicas of members.
#include "slipway/group_verbs.hpp"
#include "slipway/replica_counts.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int group_scale(Context& context, const Arguments& arguments)
{
    std::string name;
    std::vector<std::string> words;
    Options options{"group scale GROUP MEMBER=N...", "Makes more replicas of members, or takes some away."};
    options.operand("GROUP", name, "The group");
    options.operands("MEMBER=N", words, "A member and how many of it there are to be");
    options.parse(arguments);

    std::vector<ReplicaCount> counts;
    counts.reserve(words.size());
    for (const std::string& word : words)
        counts.push_back(parse_replica_count(word));
    for (const ReplicaCount& count : counts)
        run_group_job(context, name,
                      [&count](client::Group& group) { return group.scale(count.member, count.replicas); });
    return 0;
}

} // namespace slipway::cli
