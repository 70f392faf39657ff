// SPDX-License-Identifier: LGPL-2.1-or-later
// The containers of a project's services: looked for by what the group and the containers say.
#include "slipway/compose_services.hpp"

#include "slipway/output.hpp"

#include <algorithm>
#include <tuple>

namespace slipway::cli {

namespace {

bool is_any_of(const std::string& service, const std::vector<std::string>& services)
{
    return services.empty() || std::find(services.begin(), services.end(), service) != services.end();
}

void check_services(const client::GroupInfo& group, const std::vector<std::string>& services)
{
    for (const std::string& service : services)
        if (std::none_of(group.members.begin(), group.members.end(),
                         [&service](const client::GroupMember& member) { return member.name == service; }))
            throw Failure{ErrorCode::invalid_argument, "the project " + group.name + " has no service " +
                                                           service + " (slipway group ls lists them)"};
}

} // namespace

void add_services_options(Options& options, ServicesOptions& target)
{
    add_project_options(options, target.which);
    options.operands_if_any("SERVICE", target.services, "Of these services only");
}

client::Group::Members members_of(const ServicesOptions& options)
{
    return options.services.empty() ? client::Group::Members{} : options.services;
}

std::vector<client::ContainerInfo> containers_of(Context& context, const std::string& group,
                                                 const std::vector<std::string>& services, Among among)
{
    client::Manager manager{context.engine()};
    client::Group proxy{context.engine(), context.await(manager.find_group(group))};
    check_services(context.await(proxy.read()), services);
    std::vector<client::ContainerInfo> found = context.await(manager.list()).containers;
    std::erase_if(found, [&](const client::ContainerInfo& info) {
        return info.group != group || !is_any_of(info.member, services) ||
               info.labels.contains(one_off_label) || (among == Among::alive && !info.is_alive());
    });
    // Numbers by their value: web-2 before web-10.
    std::sort(found.begin(), found.end(), [](const auto& one, const auto& other) {
        return std::tuple{one.member, one.name.size(), one.name} <
               std::tuple{other.member, other.name.size(), other.name};
    });
    return found;
}

client::ContainerInfo container_at(Context& context, const std::string& group, const std::string& service,
                                   std::optional<std::size_t> number)
{
    const std::string name = group + "-" + service + "-" + std::to_string(number.value_or(1));
    std::vector<client::ContainerInfo> found = containers_of(context, group, {service}, Among::alive);
    for (client::ContainerInfo& info : found)
        if (!number || info.name == name || (*number == 1 && found.size() == 1 && info.name != name))
            return std::move(info);
    throw Failure{ErrorCode::no_such_container,
                  number ? "no container " + name + " runs (slipway compose ps lists them)"
                         : "no container of the service " + service + " runs (slipway compose up -d " +
                               service + " starts it)"};
}

int for_each_container(Context& context, const ServicesOptions& options, Among among,
                       const std::function<void(client::Container&)>& deed)
{
    const std::string group = project_name(options.which);
    std::vector<std::string> names;
    for (const client::ContainerInfo& info : containers_of(context, group, options.services, among))
        names.push_back(info.name);
    return context.for_each(names, [&context, &deed](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Container container{context.engine(), context.await(manager.find_container(name))};
        deed(container);
        print_line(name);
    });
}

std::string short_name(const client::ContainerInfo& container)
{
    const std::string prefix = container.group + "-";
    return container.name.starts_with(prefix + container.member + "-") ? container.name.substr(prefix.size())
                                                                       : container.name;
}

} // namespace slipway::cli
