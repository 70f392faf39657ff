// SPDX-License-Identifier: LGPL-2.1-or-later
// Authorizer: the caller's user from the broker or the socket, then org.freedesktop.PolicyKit1.
#include "bus/authorizer.hpp"

#include <systemd/sd-login.h>

#include <cstdlib>
#include <unistd.h>

namespace slipway::bus {

namespace {

constexpr std::chrono::minutes typing_time{5};

bool may_pass(std::uint32_t user)
{
    return user == 0 || user == ::geteuid();
}

} // namespace

async::Task<bool> Authorizer::is_root(Call call) const
{
    // A peer without a broker is known by its socket.
    if (call.bus() != system_->bare()) {
        sd_bus_creds* creds = nullptr;
        check_negative(sd_bus_get_owner_creds(call.bus(), SD_BUS_CREDS_EUID, &creds),
                       "learn the caller's user");
        uid_t user = 0;
        const int result = sd_bus_creds_get_euid(creds, &user);
        sd_bus_creds_unref(creds);
        check_negative(result, "learn the caller's user");
        co_return may_pass(user);
    }
    Message question = system_->make_call("org.freedesktop.DBus", "/org/freedesktop/DBus",
                                          "org.freedesktop.DBus", "GetConnectionUnixUser");
    const std::string sender = call.message().sender();
    question.append("s", sender.c_str());
    Message answer = co_await system_->call(std::move(question));
    std::uint32_t user = 0;
    answer.read("u", &user);
    co_return may_pass(user);
}

async::Task<> Authorizer::require_unit(Call call, std::string unit) const
{
    const bool passes = co_await is_root(call);
    if (passes)
        co_return;
    Message question = system_->make_call("org.freedesktop.DBus", "/org/freedesktop/DBus",
                                          "org.freedesktop.DBus", "GetConnectionUnixProcessID");
    const std::string sender = call.message().sender();
    question.append("s", sender.c_str());
    Message answer = co_await system_->call(std::move(question));
    std::uint32_t process = 0;
    answer.read("u", &process);
    char* found = nullptr;
    const bool is_there = sd_pid_get_unit(static_cast<pid_t>(process), &found) >= 0;
    const std::string own{is_there ? found : ""};
    std::free(found); // NOLINT: libsystemd allocates with malloc
    if (own != unit)
        throw Failure{ErrorCode::access_denied, "not allowed: this is for " + unit + " alone"};
}

async::Task<> Authorizer::require(Call call, std::string action) const
{
    const bool passes = co_await is_root(call);
    if (passes)
        co_return;
    const Failure denied{ErrorCode::access_denied, "not allowed: polkit action " + action +
                                                       " is not granted to you (be root, or let the "
                                                       "administrator grant it)"};
    const std::string sender = call.message().sender();
    if (sender.empty())
        throw denied;

    Message question =
        system_->make_call("org.freedesktop.PolicyKit1", "/org/freedesktop/PolicyKit1/Authority",
                           "org.freedesktop.PolicyKit1.Authority", "CheckAuthorization");
    const std::uint32_t flags = call.may_interact() ? 1 : 0;
    question.open('r', "sa{sv}");
    question.append("sa{sv}", "system-bus-name", 1, "name", "s", sender.c_str());
    question.close();
    question.append("sa{ss}us", action.c_str(), 0, flags, "");
    Message answer;
    bool is_reached = true;
    try {
        answer = co_await system_->call(std::move(question), typing_time);
    } catch (const Failure&) {
        is_reached = false;
    }
    if (!is_reached)
        throw denied;
    int is_authorized = 0;
    answer.enter('r', "bba{ss}");
    answer.read("b", &is_authorized);
    if (is_authorized == 0)
        throw denied;
}

} // namespace slipway::bus
