// SPDX-License-Identifier: LGPL-2.1-or-later
// Port holds: bind(2), and /proc for the name of who was there first.
#include "engine/network/port_hold.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <netinet/in.h>
#include <set>
#include <sstream>
#include <sys/socket.h>
#include <unistd.h>

namespace slipway::engine {

namespace {

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

Address address_of(const PublishedPort& port, bool is_ip6)
{
    Address address;
    if (is_ip6) {
        sockaddr_in6 ip6{};
        ip6.sin6_family = AF_INET6;
        ip6.sin6_port = htons(port.host_port);
        if (port.host_address)
            std::memcpy(&ip6.sin6_addr, port.host_address->bytes().data(), sizeof(ip6.sin6_addr));
        std::memcpy(&address.storage, &ip6, sizeof(ip6));
        address.size = sizeof(ip6);
    } else {
        sockaddr_in ip4{};
        ip4.sin_family = AF_INET;
        ip4.sin_port = htons(port.host_port);
        if (port.host_address)
            std::memcpy(&ip4.sin_addr, port.host_address->bytes().data(), sizeof(ip4.sin_addr));
        std::memcpy(&address.storage, &ip4, sizeof(ip4));
        address.size = sizeof(ip4);
    }
    return address;
}

Fd make_socket(Protocol protocol, bool is_ip6)
{
    const int type = protocol == Protocol::udp ? SOCK_DGRAM : SOCK_STREAM;
    return Fd{::socket(is_ip6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, static_cast<int>(protocol))};
}

Failure taken(const PublishedPort& port)
{
    const std::string holder = port_holder(port);
    return Failure{ErrorCode::port_taken, "the host's port " +
                                              Port{port.port.protocol, port.host_port}.text() + " is taken" +
                                              (holder.empty() ? std::string{} : " by " + holder) +
                                              " (publish another, or leave it open which: -p " +
                                              std::to_string(port.port.number) + ")"};
}

std::uint16_t port_of(const Fd& socket)
{
    sockaddr_storage bound{};
    socklen_t size = sizeof(bound);
    check(::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&bound), &size), // NOLINT: the API's way
          "look at a socket");
    sockaddr_in ip4{};
    static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));
    std::memcpy(&ip4, &bound, sizeof(ip4));
    return ntohs(ip4.sin_port);
}

std::string first_free_port()
{
    std::string text = find_file("/proc/sys/net/ipv4/ip_unprivileged_port_start").value_or("1024");
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text;
}

void set_reuse(const Fd& socket, bool is_on)
{
    const int value = is_on ? 1 : 0;
    check(::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &value, sizeof(value)), "prepare a socket");
}

bool bind_to(const Fd& socket, const Address& address)
{
    return ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address.storage), // NOLINT
                  address.size) == 0;
}

// Connections that are over keep a port for a minute (TIME_WAIT), but not from a socket with SO_REUSEADDR. To
// bind with it does not see who else has bound the port without listening, as we do; to listen does, so we do
// for a moment. Without the option afterwards, nobody else can listen there (tcp(7), inet_csk_get_port()).
bool bind_after_others(const Fd& socket, const Address& address)
{
    set_reuse(socket, true);
    if (!bind_to(socket, address) || ::listen(socket.number(), 0) < 0)
        return false;
    set_reuse(socket, false);
    check(::shutdown(socket.number(), SHUT_RDWR), "stop listening");
    return true;
}

Fd hold(PublishedPort& port, Holder holder)
{
    // One socket is for both families where no address is named.
    bool is_ip6 = !port.host_address || !port.host_address->is_v4();
    Fd socket = make_socket(port.port.protocol, is_ip6);
    if (!socket && !port.host_address) {
        is_ip6 = false; // a host without IPv6
        socket = make_socket(port.port.protocol, is_ip6);
    }
    // The host's kernel may have no SCTP of its own, and forward it all the same.
    if (!socket && port.port.protocol == Protocol::sctp && port.host_port != 0)
        return {};
    check(socket.number(), "make a socket");
    const int both = 0;
    if (is_ip6 && !port.host_address)
        check(::setsockopt(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, &both, sizeof(both)),
              "prepare a socket");
    const bool is_tcp = port.port.protocol == Protocol::tcp;
    if (holder == Holder::relay && is_tcp)
        set_reuse(socket, true);
    const Address address = address_of(port, is_ip6);
    if (!bind_to(socket, address) &&
        !(errno == EADDRINUSE && is_tcp && holder == Holder::for_good && bind_after_others(socket, address)))
    {
        if (errno == EADDRINUSE)
            throw taken(port);
        if (errno == EADDRNOTAVAIL)
            throw Failure{ErrorCode::invalid_argument, "the host has no address " +
                                                           port.host_address->text() +
                                                           " to publish a port on ('ip address' lists them)"};
        if (errno == EACCES)
            throw Failure{ErrorCode::access_denied,
                          "the host's port " + Port{port.port.protocol, port.host_port}.text() +
                              " is for root alone (publish one from " + first_free_port() +
                              " on, or let an administrator lower net.ipv4.ip_unprivileged_port_start)"};
        throw errno_failure(errno, "take the port", port.text());
    }
    port.host_port = port_of(socket);
    return socket;
}

// Of sockets that are bound to PORT.
std::set<std::string> inodes_of(const std::string& table, const PublishedPort& port)
{
    std::set<std::string> inodes;
    std::istringstream lines{find_file(table).value_or("")};
    std::string line;
    std::getline(lines, line); // the head
    while (std::getline(lines, line)) {
        std::istringstream fields{line};
        std::string number;
        std::string local;
        std::string skipped;
        std::string inode;
        fields >> number >> local;
        for (int i = 0; i < 7; ++i)
            fields >> skipped;
        fields >> inode;
        const std::size_t colon = local.rfind(':');
        if (colon != std::string::npos &&
            std::strtoul(local.c_str() + colon + 1, nullptr, 16) == port.host_port && inode != "0")
            inodes.insert(inode);
    }
    return inodes;
}

} // namespace

std::vector<Fd> hold_ports(std::vector<PublishedPort>& ports, Holder holder)
{
    std::vector<Fd> sockets;
    std::vector<PublishedPort> chosen = ports;
    for (PublishedPort& port : chosen)
        if (Fd socket = hold(port, holder))
            sockets.push_back(std::move(socket));
    ports = std::move(chosen);
    return sockets;
}

std::string port_holder(const PublishedPort& port)
{
    std::set<std::string> inodes;
    const std::string protocol{protocol_name(port.port.protocol)};
    for (const std::string& table : {"/proc/net/" + protocol, "/proc/net/" + protocol + "6"})
        inodes.merge(inodes_of(table, port));
    if (inodes.empty())
        return {};
    std::error_code error;
    for (const auto& process : std::filesystem::directory_iterator{"/proc", error}) {
        const std::string pid = process.path().filename().native();
        if (!std::all_of(pid.begin(), pid.end(), [](char c) { return c >= '0' && c <= '9'; }))
            continue;
        for (const auto& descriptor : std::filesystem::directory_iterator{process.path() / "fd", error}) {
            const std::string target = std::filesystem::read_symlink(descriptor.path(), error).native();
            if (!target.starts_with("socket:[") || !inodes.contains(target.substr(8, target.size() - 9)))
                continue;
            std::string name = find_file(process.path() / "comm").value_or("");
            while (!name.empty() && name.back() == '\n')
                name.pop_back();
            return name.append(" (process ").append(pid).append(")");
        }
    }
    return {};
}

} // namespace slipway::engine
