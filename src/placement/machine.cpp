// SPDX-License-Identifier: LGPL-2.1-or-later
// Machines: RegisterMachineWithNetwork.
#include "placement/machine.hpp"

#include "placement/refusal.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace slipway::placement {

namespace {

constexpr std::size_t machine_name_limit = 64;

bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::array<std::uint8_t, 16> bytes_of(const std::string& digits)
{
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(std::stoul(digits.substr(2 * i, 2), nullptr, 16));
    return bytes;
}

} // namespace

bool is_machine_name(const std::string& name)
{
    if (name.empty() || name.size() > machine_name_limit || !is_alphanumeric(name.back()))
        return false;
    // Labels of letters, digits and dashes within.
    char before = '.';
    for (const char c : name) {
        const bool is_good =
            is_alphanumeric(c) || (c == '-' && before != '.') || (c == '.' && before != '.' && before != '-');
        if (!is_good)
            return false;
        before = c;
    }
    return true;
}

async::Task<bool> register_machine(const bus::Connection& system, Machine machine)
{
    if (!system.is_open())
        co_return false; // a host without a bus
    bus::Message call = system.make_call("org.freedesktop.machine1", "/org/freedesktop/machine1",
                                         "org.freedesktop.machine1.Manager", "RegisterMachineWithNetwork");
    const std::array<std::uint8_t, 16> id = bytes_of(machine.id);
    call.append("s", machine.name.c_str());
    check_negative(sd_bus_message_append_array(call.bare(), 'y', id.data(), id.size()), "write an ID");
    call.append("ssus", "slipway", "container", static_cast<std::uint32_t>(machine.leader), "");
    check_negative(sd_bus_message_append_array(call.bare(), 'i', machine.links.data(),
                                               machine.links.size() * sizeof(int)),
                   "write links");
    async::Task<std::optional<Refusal>> registering = try_call(system, std::move(call));
    const std::optional<Refusal> refusal = co_await registering;
    if (!refusal)
        co_return true;
    if (refusal->is_absence() || refusal->name == "org.freedesktop.systemd1.NoSuchUnit" ||
        refusal->name == "org.freedesktop.machine1.MachineExists" || refusal->name == "System.Error.EEXIST")
        co_return false;
    throw Failure{ErrorCode::placement_failed, "machined refuses " + machine.name + ": " + refusal->message};
}

} // namespace slipway::placement
