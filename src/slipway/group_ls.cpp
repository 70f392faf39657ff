// SPDX-License-Identifier: LGPL-2.1-or-later
// group ls: the groups by name, and how many of their members run.
#include "client/manager.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/table.hpp"
#include "slipway/verbs.hpp"

#include <algorithm>

namespace slipway::cli {

namespace {

std::string groups_table(const std::vector<client::GroupInfo>& groups)
{
    Table table{{"GROUP", "MEMBER", "WANTED", "RUNNING", "HEALTHY", "CONTAINERS"}};
    for (const client::GroupInfo& info : groups)
        for (const client::GroupMember& member : info.members) {
            std::string containers;
            for (const std::string& container : member.containers)
                containers += (containers.empty() ? "" : ", ") + container;
            table.add({info.name, member.name, std::to_string(member.wanted), std::to_string(member.running),
                       std::to_string(member.healthy), containers});
        }
    return table.text();
}

} // namespace

int group_ls(Context& context, const Arguments& arguments)
{
    bool is_quiet = false;
    bool is_json = false;
    Options options{"group ls [-q] [--format table|json]", "Lists groups and their members."};
    options.flag("-q,--quiet", is_quiet, "Only names");
    options.format(is_json);
    options.parse(arguments);

    client::Manager manager{context.engine()};
    std::vector<client::GroupInfo> groups = context.await(manager.list()).groups;
    std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    std::string lines;
    for (const client::GroupInfo& info : groups)
        lines += info.name + "\n";
    print(is_quiet ? lines : is_json ? json_text(groups) : groups_table(groups));
    return 0;
}

} // namespace slipway::cli
