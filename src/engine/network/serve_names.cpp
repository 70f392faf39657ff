// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks: their members' names told, and to whom: a server of names for each network, and the host's
// resolver.
#include "engine/network/networks.hpp"
#include "engine/network/service_names.hpp"
#include "log/log.hpp"
#include "netlink/links.hpp"
#include "placement/link_names.hpp"

#include <syslog.h>

namespace slipway::engine {

namespace {

std::string unit_of(const std::string& network, const char* suffix)
{
    return "slipway-dns@" + network + suffix;
}

int index_of(const std::string& interface)
{
    netlink::Socket host;
    const std::optional<netlink::Link> link = netlink::find_link(host, interface);
    return link ? link->index : 0;
}

} // namespace

std::optional<NamedMember> Networks::member_of(const Container& container, const Connection& connection) const
{
    const std::optional<Addresses> own = addresses_of(container, connection);
    if (!own || container.health == Health::unhealthy)
        return std::nullopt;
    NamedMember member{container.id(), container.name(), connection, *own, container.spec.network.exposed};
    if (container.health == Health::starting)
        member.connection.aliases.clear(); // others may have them, who are ready
    else
        member.group_names = shared_names(container.spec.membership);
    for (const PublishedPort& published : container.spec.network.ports)
        if (std::find(member.ports.begin(), member.ports.end(), published.port) == member.ports.end())
            member.ports.push_back(published.port);
    for (const Port& port : member.ports)
        if (std::optional<std::string> service = service_name(port))
            member.services.emplace(port, *std::move(service));
    for (const Connection& other : container.spec.network.connections)
        if (other.network != connection.network && settings_of(other.network).driver == NetworkDriver::bridge)
            member.others.push_back(other.network);
    return member;
}

void Networks::tell_names(const Container& container)
{
    for (const Connection& connection : container.spec.network.connections)
        if (const std::optional<NamedMember> member = member_of(container, connection))
            names_.set(connection.network, *member);
        else
            names_.unset(connection.network, container.id());
    names_changed();
}

void Networks::hush(const Container& container)
{
    for (const Connection& connection : container.spec.network.connections)
        names_.unset(connection.network, container.id());
    names_changed();
}

std::vector<NamedMember> Networks::members_of(const std::string& network) const
{
    std::vector<NamedMember> members;
    for (const ContainerRef& container : catalog_->all())
        if (container->state == State::running || container->state == State::paused)
            for (const Connection& connection : container->spec.network.connections)
                if (connection.network == network)
                    if (std::optional<NamedMember> member = member_of(*container, connection))
                        members.push_back(*std::move(member));
    return members;
}

// A network's server may be there still though nothing runs there any more: it is told who has gone
// meanwhile.
void Networks::take_up_logs()
{
    for (const store::NetworkRow& row : store_->networks().list()) {
        if (!names_.has_log(row.name))
            continue;
        try {
            names_.open(row.name, parse_network_settings(row.settings));
            names_.replace(row.name, members_of(row.name), static_records(row.name));
        } catch (const Failure& failure) {
            log::line(LOG_WARNING, "the names of the network %s are not told anew: %s", row.name.c_str(),
                      failure.message().c_str());
        }
    }
}

async::Task<> Networks::serve_names(std::string network)
{
    const NetworkSettings settings = settings_of(network);
    if (settings.driver != NetworkDriver::bridge || !served_.insert(network).second)
        co_return;
    std::exception_ptr failure;
    try {
        names_.open(network, settings);
        names_.replace(network, members_of(network), static_records(network));
        placement::SocketRequest request;
        request.unit = unit_of(network, ".socket");
        request.description = "slipway names of the network " + network;
        request.binds_freely = true;
        request.receive_buffer = 4U << 20U;
        placement::LinkNames names{0, {}, name_domain};
        for (const Subnet& subnet : settings.subnets) {
            const std::string address =
                subnet.gateway.is_v4() ? subnet.gateway.text() + ":53" : "[" + subnet.gateway.text() + "]:53";
            for (const char* const kind : {"Datagram", "Stream"})
                request.listens.push_back({kind, address});
            names.servers.push_back(subnet.gateway);
        }
        async::Task<> listening =
            scopes_->start_socket(std::move(request), placement::Placement::Present::kept);
        co_await listening;
        const auto index = std::make_shared<int>(0);
        std::function<void()> look = [index, interface = settings.interface] {
            *index = index_of(interface);
        };
        co_await work(std::move(look));
        names.link = *index;
        if (names.link != 0) {
            async::Task<bool> telling = placement::tell_resolved(*system_, std::move(names));
            co_await telling;
        }
        async::Task<> trusting = tell_firewall(settings.interface);
        co_await trusting;
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    if (!failure)
        co_return;
    served_.erase(network);
    std::rethrow_exception(failure);
}

// A container without names is better than none.
async::Task<> Networks::serve_names_of(ContainerRef container)
{
    std::vector<std::string> networks;
    for (const Connection& connection : container->spec.network.connections)
        networks.push_back(connection.network);
    for (const std::string& network : networks) {
        try {
            async::Task<> serving = serve_names(network);
            co_await serving;
        } catch (const Failure& failure) {
            log::line(LOG_WARNING, "the names of the network %s cannot be answered for: %s", network.c_str(),
                      failure.message().c_str());
        }
    }
}

async::Task<> Networks::stop_serving(std::string network)
{
    names_.remove(network);
    names_changed();
    served_.erase(network);
    for (const char* suffix : {".socket", ".service"}) {
        async::Task<> stopping = scopes_->stop_unit(unit_of(network, suffix));
        co_await stopping;
    }
}

} // namespace slipway::engine
