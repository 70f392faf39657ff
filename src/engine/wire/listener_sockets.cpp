// SPDX-License-Identifier: LGPL-2.1-or-later
// ListenerSockets: units now, and their files for later.
#include "engine/wire/listener_sockets.hpp"

#include "base/file.hpp"
#include "netlink/listening.hpp"
#include "netlink/namespaces.hpp"

#include <functional>
#include <set>

namespace slipway::engine {

namespace {

// systemd's own word for it would be "failed".
void check_free(const std::vector<placement::SocketRequest>& requests)
{
    netlink::TcpSockets sockets{netlink::own_network_namespace()};
    for (const placement::SocketRequest& request : requests)
        for (const placement::SocketRequest::Listen& listen : request.listens)
            if (const std::uint16_t port = tcp_port(listen.kind, listen.address);
                port != 0 && sockets.find_listening(port))
                throw Failure{ErrorCode::port_taken, "somebody listens on the host's port " +
                                                         std::to_string(port) +
                                                         " already: choose another for " + listen.address};
}

} // namespace

async::Task<> ListenerSockets::raise(ContainerRef container)
{
    const std::vector<placement::SocketRequest> requests =
        socket_requests(container->name(), container->spec.listeners);
    std::exception_ptr failure;
    try {
        if (!requests.empty()) {
            std::function<void()> looking = [requests] { check_free(requests); };
            co_await workers_->run(std::move(looking));
        }
        for (const placement::SocketRequest& request : requests) {
            async::Task<> starting = start(request, placement::Placement::Present::replaced);
            co_await starting;
        }
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    if (!failure)
        co_return;
    async::Task<> forgetting = forget(container);
    co_await forgetting;
    std::rethrow_exception(failure);
}

async::Task<> ListenerSockets::settle(std::vector<ContainerRef> containers)
{
    std::set<std::string> expected;
    for (const ContainerRef& container : containers) {
        const std::vector<placement::SocketRequest> requests =
            socket_requests(container->name(), container->spec.listeners);
        for (const placement::SocketRequest& request : requests) {
            expected.insert(request.unit);
            async::Task<> starting = start(request, placement::Placement::Present::kept);
            co_await starting;
        }
    }
    std::vector<std::string> stray;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{files_, error})
        if (entry.path().extension() == ".socket" && !expected.contains(entry.path().filename().native()))
            stray.push_back(entry.path().filename().native());
    for (const std::string& unit : stray) {
        async::Task<> removing = remove(unit);
        co_await removing;
    }
}

async::Task<> ListenerSockets::start(placement::SocketRequest request, placement::Placement::Present present)
{
    async::Task<> starting = scopes_->start_socket(request, present);
    co_await starting;
    // Only now: a unit of an earlier container of that name would live by it.
    std::filesystem::create_directories(files_);
    replace_file(files_ / request.unit, unit_text(request), Durability::disk);
}

async::Task<> ListenerSockets::remove(std::string unit)
{
    std::error_code error;
    std::filesystem::remove(files_ / unit, error);
    const std::vector<std::string> units{unit, unit.substr(0, unit.rfind('.')) + ".service"};
    for (const std::string& one : units) {
        async::Task<> stopping = scopes_->stop_unit(one);
        co_await stopping;
    }
}

async::Task<> ListenerSockets::forget(ContainerRef container)
{
    const std::vector<placement::SocketRequest> requests =
        socket_requests(container->name(), container->spec.listeners);
    for (const placement::SocketRequest& request : requests) {
        async::Task<> removing = remove(request.unit);
        co_await removing;
    }
}

async::Task<> ListenerSockets::activate(ContainerRef container)
{
    async::Task<> restarting = scopes_->restart_unit(listen_unit(container->name(), ".service"));
    co_await restarting;
}

} // namespace slipway::engine
