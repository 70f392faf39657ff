// SPDX-License-Identifier: LGPL-2.1-or-later
// wire ls: the wires by container and name, and what they carry.
#include "client/manager.hpp"
#include "slipway/human.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/table.hpp"
#include "slipway/verbs.hpp"

#include <algorithm>
#include <tuple>

namespace slipway::cli {

namespace {

std::string table_text(const std::vector<client::WireInfo>& wires)
{
    Table table{{"WIRE", "ADDRESS", "LEADS TO", "OPEN", "CONNECTIONS", "TO", "FROM"}};
    for (const client::WireInfo& info : wires)
        table.add({info.container + '/' + info.name, info.address + ':' + std::to_string(info.port),
                   info.target + ':' + std::to_string(info.target_port),
                   std::to_string(info.open_connections), std::to_string(info.connections),
                   human_size(info.bytes_to_target), human_size(info.bytes_from_target)});
    return table.text();
}

} // namespace

int wire_ls(Context& context, const Arguments& arguments)
{
    bool is_quiet = false;
    bool is_json = false;
    Options options{"wire ls [-q] [--format table|json]", "Lists wires by container and name."};
    options.flag("-q,--quiet", is_quiet, "Only names");
    options.format(is_json);
    options.parse(arguments);

    client::Manager manager{context.engine()};
    std::vector<client::WireInfo> wires = context.await(manager.list()).wires;
    std::sort(wires.begin(), wires.end(), [](const auto& a, const auto& b) {
        return std::tie(a.container, a.name) < std::tie(b.container, b.name);
    });
    if (is_quiet) {
        std::string lines;
        for (const client::WireInfo& info : wires)
            lines += info.container + '/' + info.name + "\n";
        print(lines);
    } else {
        print(is_json ? json_text(wires) : table_text(wires));
    }
    return 0;
}

} // namespace slipway::cli
