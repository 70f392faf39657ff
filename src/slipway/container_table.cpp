// SPDX-License-Identifier: LGPL-2.1-or-later
// Containers as a table: columns as docker's users know them.
#include "slipway/container_table.hpp"

#include "base/id.hpp"
#include "slipway/container_text.hpp"
#include "slipway/human.hpp"
#include "slipway/table.hpp"

namespace slipway::cli {

namespace {

constexpr std::size_t command_width = 20;

std::string shown_id(const std::string& id, Length length)
{
    return length == Length::whole ? id : short_id(id);
}

std::string ports_text(const client::ContainerInfo& info)
{
    std::string text;
    for (const std::string& port : info.ports)
        text += (text.empty() ? "" : ", ") + port;
    return text;
}

} // namespace

std::string containers_table(const std::vector<client::ContainerInfo>& containers, Length length,
                             RealTime present)
{
    Table table{{"CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"}};
    for (const client::ContainerInfo& info : containers)
        table.add({shown_id(info.id, length), visible(info.image_name),
                   quoted_command(info.command, length == Length::whole ? 0 : command_width),
                   ago(info.created_usec, present), status_text(info, present),
                   info.is_alive() ? ports_text(info) : "", visible(info.name)});
    return table.text();
}

std::string id_lines(const std::vector<client::ContainerInfo>& containers, Length length)
{
    std::string lines;
    for (const client::ContainerInfo& info : containers)
        lines += shown_id(info.id, length) + "\n";
    return lines;
}

} // namespace slipway::cli
