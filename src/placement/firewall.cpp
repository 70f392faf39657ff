// SPDX-License-Identifier: LGPL-2.1-or-later
// Firewall: firewalld.dbus(5).
#include "placement/firewall.hpp"

#include "placement/refusal.hpp"

namespace slipway::placement {

namespace {

constexpr const char* firewalld = "org.fedoraproject.FirewallD1";
constexpr const char* firewalld_path = "/org/fedoraproject/FirewallD1";
constexpr const char* zones = "org.fedoraproject.FirewallD1.zone";
constexpr const char* trusting_zone = "trusted";

} // namespace

async::Task<bool> trust_link(const bus::Connection& system, std::string interface)
{
    if (!system.is_open())
        co_return false; // a host without a bus
    bus::Message call = system.make_call(firewalld, firewalld_path, zones, "changeZoneOfInterface");
    sd_bus_message_set_auto_start(call.bare(), 0); // who has it switched off does not want it
    call.append("ss", trusting_zone, interface.c_str());
    async::Task<std::optional<Refusal>> asking = try_call(system, std::move(call));
    const std::optional<Refusal> refusal = co_await asking;
    if (refusal && refusal->is_absence())
        co_return false;
    if (refusal && refusal->message.find("ZONE_ALREADY_SET") == std::string::npos)
        throw Failure{ErrorCode::placement_failed,
                      "firewalld refuses to trust " + interface + ": " + refusal->message};
    co_return true;
}

FirewallWatch::FirewallWatch(const bus::Connection& system, const std::function<void()>& forgotten)
    : started_{system.match_owner(firewalld,
                                  [forgotten](bus::Message signal) {
                                      signal.read_string();
                                      signal.read_string();
                                      if (!signal.read_string().empty())
                                          forgotten();
                                  })},
      reloaded_{system.match_signal(firewalld, firewalld_path, firewalld, "Reloaded",
                                    [forgotten](const bus::Message&) { forgotten(); })}
{
}

} // namespace slipway::placement
