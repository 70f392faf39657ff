// SPDX-License-Identifier: LGPL-2.1-or-later
// volume ls: the volumes by name, and who has them.
#include "client/manager.hpp"
#include "slipway/human.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/table.hpp"
#include "slipway/verbs.hpp"

#include <algorithm>

namespace slipway::cli {

namespace {

std::string table_text(const std::vector<client::VolumeInfo>& volumes, RealTime present)
{
    Table table{{"VOLUME NAME", "CREATED", "CONTAINERS"}};
    for (const client::VolumeInfo& info : volumes) {
        std::string users;
        for (const std::string& user : info.users)
            users += (users.empty() ? "" : ", ") + user;
        table.add({info.name, ago(info.created_usec, present), users});
    }
    return table.text();
}

} // namespace

int volume_ls(Context& context, const Arguments& arguments)
{
    bool is_quiet = false;
    bool is_json = false;
    Options options{"volume ls [-q] [--format table|json]", "Lists volumes by name."};
    options.flag("-q,--quiet", is_quiet, "Only names");
    options.format(is_json);
    options.parse(arguments);

    client::Manager manager{context.engine()};
    std::vector<client::VolumeInfo> volumes = context.await(manager.list()).volumes;
    std::sort(volumes.begin(), volumes.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    if (is_quiet) {
        std::string lines;
        for (const client::VolumeInfo& info : volumes)
            lines += info.name + "\n";
        print(lines);
    } else {
        print(is_json ? json_text(volumes) : table_text(volumes, now()));
    }
    return 0;
}

} // namespace slipway::cli
