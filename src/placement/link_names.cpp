// SPDX-License-Identifier: LGPL-2.1-or-later
// LinkNames: a call a setting, since no link is set as a whole.
#include "placement/link_names.hpp"

#include "placement/refusal.hpp"

#include <sys/socket.h>

namespace slipway::placement {

namespace {

constexpr const char* resolved = "org.freedesktop.resolve1";
constexpr const char* resolved_path = "/org/freedesktop/resolve1";
constexpr const char* resolved_manager = "org.freedesktop.resolve1.Manager";

// It is not started for this: who has it switched off does not want it.
bus::Message make_call(const bus::Connection& system, const char* method, int link)
{
    bus::Message call = system.make_call(resolved, resolved_path, resolved_manager, method);
    sd_bus_message_set_auto_start(call.bare(), 0);
    call.append("i", link);
    return call;
}

bus::Message servers_call(const bus::Connection& system, const LinkNames& names)
{
    bus::Message call = make_call(system, "SetLinkDNS", names.link);
    call.open('a', "(iay)");
    for (const IpAddress& server : names.servers) {
        call.open('r', "iay");
        call.append("i", server.is_v4() ? AF_INET : AF_INET6);
        check_negative(
            sd_bus_message_append_array(call.bare(), 'y', server.bytes().data(), server.bytes().size()),
            "write an address");
        call.close();
    }
    call.close();
    return call;
}

std::vector<bus::Message> calls_of(const bus::Connection& system, const LinkNames& names)
{
    std::vector<bus::Message> calls;
    calls.push_back(servers_call(system, names));
    // Routing only: no program's short names are looked for there.
    bus::Message domains = make_call(system, "SetLinkDomains", names.link);
    domains.append("a(sb)", 1, names.domain.c_str(), 1);
    calls.push_back(std::move(domains));
    bus::Message fallback = make_call(system, "SetLinkDefaultRoute", names.link);
    fallback.append("b", 0);
    calls.push_back(std::move(fallback));
    for (const char* method : {"SetLinkLLMNR", "SetLinkMulticastDNS"}) {
        bus::Message off = make_call(system, method, names.link);
        off.append("s", "no");
        calls.push_back(std::move(off));
    }
    return calls;
}

} // namespace

async::Task<bool> tell_resolved(const bus::Connection& system, LinkNames names)
{
    if (!system.is_open())
        co_return false; // a host without a bus
    // All at once: each answer may take a turn of a host that is busy.
    std::vector<async::Task<std::optional<Refusal>>> tellings;
    for (bus::Message& call : calls_of(system, names)) {
        tellings.push_back(try_call(system, std::move(call)));
        tellings.back().start();
    }
    for (async::Task<std::optional<Refusal>>& telling : tellings) {
        const std::optional<Refusal> refusal = co_await telling;
        if (refusal && refusal->is_absence())
            co_return false;
        if (refusal)
            throw Failure{ErrorCode::placement_failed,
                          "resolved refuses to be told of names: " + refusal->message};
    }
    co_return true;
}

} // namespace slipway::placement
