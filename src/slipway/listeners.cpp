// SPDX-License-Identifier: LGPL-2.1-or-later
// Listening sockets: from the end to the beginning, since an address may have colons of its own.
#include "slipway/listeners.hpp"

#include "arguments/options.hpp"
#include "slipway/wires.hpp"

#include <algorithm>

namespace slipway::cli {

namespace {

bool is_number(std::string_view text)
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Behind the last colon of ADDRESS, where that is no part of it; cut off there.
std::optional<std::string> take_name(std::string_view& address)
{
    const std::size_t colon = address.rfind(':');
    if (colon == std::string_view::npos || address.ends_with(']'))
        return std::nullopt;
    const std::string_view end = address.substr(colon + 1);
    const std::string_view protocol = end.substr(std::min(end.find('/'), end.size()));
    const bool is_path = address.front() == '/' || address.front() == '@';
    // A port, of IPv4, IPv6 or vsock.
    if (!is_path && is_number(end.substr(0, end.size() - protocol.size())))
        return std::nullopt;
    address = address.substr(0, colon);
    return std::string{end};
}

} // namespace

client::ListenerSettings parse_listener(std::string_view text)
{
    client::ListenerSettings listener;
    listener.kind = "stream";
    std::string_view rest = text;
    if (const std::size_t equals = rest.rfind('='); equals != std::string_view::npos) {
        listener.target_port = parse_port(rest.substr(equals + 1));
        rest = rest.substr(0, equals);
    }
    if (!rest.empty())
        listener.name = take_name(rest);
    const std::pair<std::string_view, const char*> kinds[]{
        {"/tcp", "stream"}, {"/udp", "datagram"}, {"/seqpacket", "seqpacket"}, {"/dgram", "datagram"}};
    for (const auto& [suffix, kind] : kinds)
        if (rest.ends_with(suffix) && rest.size() > suffix.size()) {
            listener.kind = kind;
            rest = rest.substr(0, rest.size() - suffix.size());
            break;
        }
    if (rest.empty())
        throw UsageError{"'" + std::string{text} +
                         "' is no socket: ADDRESS[/udp][:NAME][=PORT], as 8080, 127.0.0.1:8080:http, "
                         "/run/web.sock or 8080=80"};
    listener.address = rest;
    return listener;
}

} // namespace slipway::cli
