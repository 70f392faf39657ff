// SPDX-License-Identifier: LGPL-2.1-or-later
// Listener: checked, as units, and JSON.
#include "engine/wire/listener.hpp"

#include "base/failure.hpp"
#include "base/id.hpp"
#include "engine/wire/wire_sockets.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace slipway::engine {

namespace {

constexpr std::array socket_kinds{std::pair{"stream", "Stream"}, std::pair{"datagram", "Datagram"},
                                  std::pair{"seqpacket", "SequentialPacket"}};
constexpr const char* default_listener_name = "listen";

bool has_blank(const std::string& text)
{
    return std::ranges::any_of(text,
                               [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; });
}

void check_socket_name(const std::string& name)
{
    if (has_blank(name) || name.find(':') != std::string::npos || name.size() > 255)
        throw Failure{ErrorCode::invalid_argument,
                      "'" + name + "' is no name of a socket (FileDescriptorName=)"};
}

int option_of(const Fd& socket, int option)
{
    int value = 0;
    socklen_t size = sizeof value;
    check(::getsockopt(socket.number(), SOL_SOCKET, option, &value, &size), "look at a socket");
    return value;
}

const char* kind_of(const Fd& socket)
{
    switch (option_of(socket, SO_TYPE)) {
    case SOCK_STREAM:
        return "Stream";
    case SOCK_SEQPACKET:
        return "SequentialPacket";
    default:
        return "Datagram";
    }
}

// As ListenStream= has it, if only in part: of IP the port.
std::string address_of(const Fd& socket)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address); // NOLINT: the C library's interface
    check(::getsockname(socket.number(), generic, &size), "look at a socket");
    switch (generic->sa_family) {
    case AF_INET:
    case AF_INET6: // whose port is in the same place
        return std::to_string(::ntohs(reinterpret_cast<const sockaddr_in*>(generic)->sin_port)); // NOLINT
    case AF_UNIX: {
        const std::string path{
            static_cast<const char*>(reinterpret_cast<const sockaddr_un*>(generic)->sun_path)}; // NOLINT
        return path.empty() ? "@" : path;
    }
    default:
        return "vsock:";
    }
}

} // namespace

Listener complete(const ListenerWish& wish)
{
    Listener listener;
    const auto* const kind =
        std::ranges::find_if(socket_kinds, [&wish](const auto& row) { return wish.kind == row.first; });
    if (kind == socket_kinds.end())
        throw Failure{ErrorCode::invalid_argument,
                      "'" + wish.kind + "' is no kind of socket (stream, datagram, seqpacket)"};
    listener.kind = kind->second;
    if (wish.address.empty() || has_blank(wish.address))
        throw Failure{ErrorCode::invalid_argument, "'" + wish.address + "' is no address to listen on"};
    listener.address = wish.address;
    listener.name = wish.name.empty() ? default_listener_name : wish.name;
    check_socket_name(listener.name);
    if (wish.target_port > UINT16_MAX)
        throw Failure{ErrorCode::invalid_argument, std::to_string(wish.target_port) + " is no port"};
    listener.target_port = static_cast<std::uint16_t>(wish.target_port);
    if (listener.target_port != 0 && listener.kind != "Stream")
        throw Failure{ErrorCode::invalid_argument, "only streams are carried to a port: " + wish.address +
                                                       " has to be passed to the payload"};
    listener.id = short_id(make_id());
    return listener;
}

std::vector<Listener> listeners_of(const std::vector<Fd>& sockets, const std::vector<std::string>& names)
{
    if (!names.empty() && names.size() != sockets.size())
        throw Failure{ErrorCode::invalid_argument, std::to_string(sockets.size()) +
                                                       " sockets have come with " +
                                                       std::to_string(names.size()) + " names"};
    std::vector<Listener> listeners;
    for (std::size_t i = 0; i < sockets.size(); ++i) {
        Listener listener;
        listener.kind = kind_of(sockets[i]);
        listener.address = address_of(sockets[i]);
        listener.name = names.empty() ? default_listener_name : names[i];
        check_socket_name(listener.name);
        listeners.push_back(std::move(listener));
    }
    return listeners;
}

std::uint16_t tcp_port(const std::string& kind, const std::string& address)
{
    if (kind != "Stream" || address.starts_with("vsock:"))
        return 0;
    const std::size_t colon = address.rfind(':');
    const std::string text = colon == std::string::npos ? address : address.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() ? port : std::uint16_t{0};
}

bool has_passed(const std::vector<Listener>& listeners)
{
    return std::ranges::any_of(listeners, &Listener::is_passed);
}

std::vector<std::string> environment_of(const std::vector<Listener>& listeners)
{
    std::string names;
    int count = 0;
    for (const Listener& listener : listeners) {
        if (!listener.is_passed())
            continue;
        names += (count++ == 0 ? "" : ":") + listener.name;
    }
    if (count == 0)
        return {};
    return {"LISTEN_FDS=" + std::to_string(count), "LISTEN_PID=1", "LISTEN_FDNAMES=" + names};
}

std::vector<placement::SocketRequest> socket_requests(const std::string& container,
                                                      const std::vector<Listener>& listeners)
{
    std::vector<placement::SocketRequest> requests;
    placement::SocketRequest passed;
    passed.unit = listen_unit(container, ".socket");
    passed.description = "slipway container " + container + ", what starts it";
    for (const Listener& listener : listeners) {
        if (listener.is_passed()) {
            passed.listens.push_back({listener.kind, listener.address});
            continue;
        }
        placement::SocketRequest request;
        request.unit = wire_unit(listener.id, ".socket");
        request.description = "slipway container " + container + ", port " +
                              std::to_string(listener.target_port) + ", by " + listener.address;
        request.listens.push_back({listener.kind, listener.address});
        requests.push_back(std::move(request));
    }
    if (!passed.listens.empty())
        requests.push_back(std::move(passed));
    return requests;
}

std::string listen_unit(const std::string& container, const char* suffix)
{
    return "slipway-listen@" + container + suffix;
}

void to_json(Json& json, const Listener& listener)
{
    json = Json{
        {"id", listener.id}, {"kind", listener.kind}, {"address", listener.address}, {"name", listener.name}};
    if (!listener.is_passed())
        json["target_port"] = listener.target_port;
}

void from_json(const Json& json, Listener& listener)
{
    json.at("id").get_to(listener.id);
    json.at("kind").get_to(listener.kind);
    json.at("address").get_to(listener.address);
    json.at("name").get_to(listener.name);
    listener.target_port = json.value("target_port", std::uint16_t{0});
}

} // namespace slipway::engine
