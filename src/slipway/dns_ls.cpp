// SPDX-License-Identifier: LGPL-2.1-or-later
// dns ls: what is answered, on which network, and why.
#include "client/manager.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/table.hpp"
#include "slipway/verbs.hpp"

#include <algorithm>

namespace slipway::cli {

namespace {

std::vector<std::string> networks_in_order(const std::vector<client::NetworkInfo>& networks)
{
    std::vector<std::string> names;
    names.reserve(networks.size());
    for (const client::NetworkInfo& info : networks)
        names.push_back(info.name);
    std::sort(names.begin(), names.end());
    return names;
}

std::string answers_text(const std::vector<NetworkRecord>& records)
{
    Table table{{"NETWORK", "NAME", "TYPE", "DATA", "WHY"}};
    for (const NetworkRecord& one : records)
        table.add({one.network, one.record.name, one.record.type, one.record.data, one.record.reason});
    return table.text();
}

} // namespace

int dns_ls(Context& context, const Arguments& arguments)
{
    std::vector<std::string> networks;
    bool is_json = false;
    bool is_hosts = false;
    bool wants_json = false;
    Options options{"dns ls [--network NETWORK]... [--json] [--hosts]",
                    "Lists the names that networks answer with, and why each is there."};
    options.list("--network", networks, "NETWORK", "Of this network only");
    options.flag("--json", wants_json, "The same as --format json");
    options.format(is_json);
    options.flag("--hosts", is_hosts, "Addresses and names as hosts(5) has them");
    options.parse(arguments);

    client::Manager manager{context.engine()};
    if (is_hosts) {
        if (!networks.empty() || is_json || wants_json)
            throw UsageError{"--hosts is of all networks, and a text"};
        print(context.await(manager.list_hosts()));
        return 0;
    }
    if (networks.empty())
        networks = networks_in_order(context.await(manager.list()).networks);
    std::vector<NetworkRecord> records;
    for (const std::string& name : networks) {
        client::Network network{context.engine(), context.await(manager.find_network(name))};
        for (client::RecordInfo& record : context.await(network.records()))
            records.push_back({name, std::move(record)});
    }
    print(is_json || wants_json ? json_text(records) : answers_text(records));
    return 0;
}

} // namespace slipway::cli
