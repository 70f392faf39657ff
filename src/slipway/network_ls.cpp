// SPDX-License-Identifier: LGPL-2.1-or-later
// network ls: the networks by name, and who is connected to them.
#include "client/manager.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/table.hpp"
#include "slipway/verbs.hpp"

#include <algorithm>

namespace slipway::cli {

namespace {

std::string table_text(const std::vector<client::NetworkInfo>& networks)
{
    Table table{{"NETWORK", "DRIVER", "INTERFACE", "SUBNETS", "CONTAINERS"}};
    for (const client::NetworkInfo& info : networks) {
        std::string subnets;
        for (const auto& [subnet, gateway] : info.subnets)
            subnets += (subnets.empty() ? "" : ", ") + subnet;
        std::string users;
        for (const std::string& user : info.users)
            users += (users.empty() ? "" : ", ") + user;
        table.add({info.name, info.driver, info.interface, subnets, users});
    }
    return table.text();
}

} // namespace

int network_ls(Context& context, const Arguments& arguments)
{
    bool is_quiet = false;
    bool is_json = false;
    Options options{"network ls [-q] [--format table|json]", "Lists networks by name."};
    options.flag("-q,--quiet", is_quiet, "Only names");
    options.format(is_json);
    options.parse(arguments);

    client::Manager manager{context.engine()};
    std::vector<client::NetworkInfo> networks = context.await(manager.list()).networks;
    std::sort(networks.begin(), networks.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    if (is_quiet) {
        std::string lines;
        for (const client::NetworkInfo& info : networks)
            lines += info.name + "\n";
        print(lines);
    } else {
        print(is_json ? json_text(networks) : table_text(networks));
    }
    return 0;
}

} // namespace slipway::cli
