// SPDX-License-Identifier: LGPL-2.1-or-later
// Returning: the same call, to the next owner of a name.
#include "bus/returning.hpp"

#include "async/signal.hpp"
#include "async/timer.hpp"

#include <memory>

namespace slipway::bus {

namespace {

constexpr std::chrono::seconds returning_patience{30};

// What brokers say of a name that nobody has and nobody can be started for.
bool is_absent(const RemoteFailure& failure)
{
    const std::string_view name = failure.name();
    return name == SD_BUS_ERROR_SERVICE_UNKNOWN || name == SD_BUS_ERROR_NAME_HAS_NO_OWNER ||
           name.starts_with("org.freedesktop.DBus.Error.Spawn.");
}

Message copy_of(const Connection& bus, const Message& call)
{
    const char* const destination = sd_bus_message_get_destination(call.bare());
    Message copy = bus.make_call(destination == nullptr ? "" : destination, call.path(),
                                 sd_bus_message_get_interface(call.bare()), call.member());
    check_negative(sd_bus_message_set_allow_interactive_authorization(
                       copy.bare(), sd_bus_message_get_allow_interactive_authorization(call.bare())),
                   "write a D-Bus message");
    check_negative(sd_bus_message_rewind(call.bare(), 1), "read a D-Bus message");
    check_negative(sd_bus_message_copy(copy.bare(), call.bare(), 1), "write a D-Bus message");
    return copy;
}

struct Ownership {
    bool has_owner = false;
    async::Signal changed;
};

async::Task<> wait_for_owner(const Connection* bus, std::string name)
{
    const auto ownership = std::make_shared<Ownership>(); // outlives the handler that ends our waiting
    const Slot slot = bus->match_owner(name, [ownership](Message signal) {
        const char* owner = nullptr;
        signal.read("sss", nullptr, nullptr, &owner);
        ownership->has_owner = owner != nullptr && *owner != '\0';
        ownership->changed.notify();
    });
    Message asking = bus->make_call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                    "NameHasOwner");
    asking.append("s", name.c_str());
    Message answer = co_await bus->call(std::move(asking));
    int has_owner = 0;
    answer.read("b", &has_owner);
    ownership->has_owner = ownership->has_owner || has_owner != 0;
    while (!ownership->has_owner)
        co_await ownership->changed.next();
}

} // namespace

async::Task<Message> call_returning(async::EventLoop& loop, const Connection& bus, Message call)
{
    const char* const destination = sd_bus_message_get_destination(call.bare());
    const std::string name = destination == nullptr ? std::string{} : destination;
    const auto end = std::chrono::steady_clock::now() + returning_patience;
    for (;;) {
        std::exception_ptr failure;
        try {
            Message reply = co_await bus.call(call);
            co_return reply;
        } catch (const RemoteFailure& refused) {
            if (name.empty() || (!is_lost(refused) && !is_absent(refused)))
                throw;
            failure = std::current_exception();
        }
        const auto left = std::chrono::duration_cast<async::Duration>(end - std::chrono::steady_clock::now());
        if (left <= async::Duration::zero())
            std::rethrow_exception(failure);
        async::Task<> returning = wait_for_owner(&bus, name);
        bool is_back = false;
        try {
            co_await async::within(loop, left, std::move(returning));
            is_back = true;
        } catch (const Failure&) { // NOLINT(bugprone-empty-catch)
            // What was said of the call itself counts.
        }
        if (!is_back)
            std::rethrow_exception(failure);
        call = copy_of(bus, call);
    }
}

} // namespace slipway::bus
