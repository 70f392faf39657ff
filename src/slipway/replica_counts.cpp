// SPDX-License-Identifier: LGPL-2.1-or-later
// "web=3": read, and put into a group's settings.
#include "slipway/replica_counts.hpp"

#include "arguments/options.hpp"

#include <algorithm>
#include <charconv>

namespace slipway::cli {

ReplicaCount parse_replica_count(const std::string& text)
{
    ReplicaCount count;
    const std::size_t equals = text.find('=');
    count.member = text.substr(0, equals);
    const std::string number = equals == std::string::npos ? "" : text.substr(equals + 1);
    const char* const end = number.data() + number.size();
    const auto read = std::from_chars(number.data(), end, count.replicas);
    if (count.member.empty() || number.empty() || read.ec != std::errc{} || read.ptr != end)
        throw UsageError{"MEMBER=N is a member and how many of it there are to be, not '" + text + "'"};
    return count;
}

void scale_members(client::GroupSettings& settings, const std::vector<std::string>& counts)
{
    for (const std::string& text : counts) {
        const ReplicaCount count = parse_replica_count(text);
        const auto member =
            std::find_if(settings.members.begin(), settings.members.end(),
                         [&count](const client::MemberSettings& one) { return one.name == count.member; });
        if (member == settings.members.end())
            throw Failure{ErrorCode::invalid_argument, "there is no service " + count.member + " to scale"};
        member->replicas = count.replicas;
    }
}

} // namespace slipway::cli
