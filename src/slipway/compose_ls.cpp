// SPDX-License-Identifier: LGPL-2.1-or-later
// compose ls: the projects, and whether they run.
#include "client/manager.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/table.hpp"
#include "slipway/verbs.hpp"

#include <algorithm>

namespace slipway::cli {

namespace {

// "running(2), exited(1)".
std::string project_status(const std::string& group, const std::vector<client::ContainerInfo>& containers)
{
    std::map<std::string, int, std::greater<>> counts;
    for (const client::ContainerInfo& info : containers)
        if (info.group == group)
            ++counts[info.state];
    std::string text;
    for (const auto& [state, count] : counts)
        text += (text.empty() ? "" : ", ") + state + "(" + std::to_string(count) + ")";
    return text;
}

} // namespace

int compose_ls(Context& context, const Arguments& arguments)
{
    bool shows_all = false;
    bool is_quiet = false;
    bool is_json = false;
    Options options{"compose ls [-a] [-q] [--format table|json]", "Lists projects."};
    options.flag("-a,--all", shows_all, "Those of which nothing runs as well");
    options.flag("-q,--quiet", is_quiet, "Only names");
    options.format(is_json);
    options.parse(arguments);

    client::Manager manager{context.engine()};
    client::Inventory inventory = context.await(manager.list());
    std::vector<client::GroupInfo>& groups = inventory.groups;
    std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    if (!shows_all)
        std::erase_if(groups, [](const client::GroupInfo& info) {
            return std::all_of(info.members.begin(), info.members.end(),
                               [](const client::GroupMember& member) { return member.running == 0; });
        });
    if (is_json) {
        print(json_text(groups));
        return 0;
    }
    Table table{{"NAME", "STATUS"}};
    std::string lines;
    for (const client::GroupInfo& info : groups) {
        table.add({info.name, project_status(info.name, inventory.containers)});
        lines += info.name + "\n";
    }
    print(is_quiet ? lines : table.text());
    return 0;
}

} // namespace slipway::cli
