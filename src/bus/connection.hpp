// SPDX-License-Identifier: LGPL-2.1-or-later
// Connection: one sd_bus(3) connection on the event loop; calls are awaited, signals are heard.
#pragma once

#include "async/event_loop.hpp"
#include "async/task.hpp"
#include "bus/message.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace slipway::bus {

// Owns a registration (a match, an object, a pending call); dropping it ends it.
class Slot {
  public:
    Slot() noexcept = default;
    explicit Slot(sd_bus_slot* slot) noexcept : slot_{slot} {}
    Slot(Slot&& other) noexcept : slot_{std::exchange(other.slot_, nullptr)} {}
    Slot& operator=(Slot&& other) noexcept
    {
        if (this != &other) {
            sd_bus_slot_unref(slot_);
            slot_ = std::exchange(other.slot_, nullptr);
        }
        return *this;
    }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot() { sd_bus_slot_unref(slot_); }

  private:
    sd_bus_slot* slot_ = nullptr;
};

using CallTimeout = std::chrono::microseconds;
inline constexpr CallTimeout default_call_timeout = std::chrono::seconds{25};
inline constexpr CallTimeout no_call_timeout = CallTimeout::max();

class Connection {
  public:
    // The system bus, or the one DBUS_SYSTEM_BUS_ADDRESS names. Throws Failure{unavailable}.
    static Connection open_system(async::EventLoop& loop);
    // The bus of the calling user's session.
    static Connection open_user(async::EventLoop& loop);
    // A peer-to-peer connection as client over a connected socket, without a broker.
    static Connection open_peer(async::EventLoop& loop, Fd socket);
    // The serving end of one; the peer must have the credentials of root or of this process (unix(7)).
    static Connection serve_peer(async::EventLoop& loop, Fd socket);

    Connection() noexcept = default;
    Connection(Connection&& other) noexcept : bus_{std::exchange(other.bus_, nullptr)} {}
    Connection& operator=(Connection&& other) noexcept;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    sd_bus* bare() const noexcept { return bus_; }
    bool is_open() const noexcept { return bus_ != nullptr && sd_bus_is_open(bus_) > 0; }

    // DESTINATION may be empty on a peer-to-peer connection.
    Message make_call(const std::string& destination, const std::string& path, const std::string& interface,
                      const std::string& member) const;
    // The reply; an error reply throws RemoteFailure.
    async::Task<Message> call(Message message, CallTimeout timeout = default_call_timeout) const;
    // Sends without expecting an answer.
    void send(const Message& message) const;

    // Calls HANDLER for each signal that fits. SENDER, PATH, INTERFACE or MEMBER may be empty: any.
    // HANDLER must not throw. The match is requested without waiting.
    using OnSignal = std::function<void(Message)>;
    Slot match_signal(const std::string& sender, const std::string& path, const std::string& interface,
                      const std::string& member, OnSignal handler) const;
    // Calls HANDLER with NameOwnerChanged of NAME alone.
    Slot match_owner(const std::string& name, OnSignal handler) const;

    // Owns NAME from now on; Failure{unavailable} where another process has it.
    async::Task<> request_name(std::string name) const;
    async::Task<> release_name(std::string name) const;

  private:
    Slot match(const std::string& rule, OnSignal handler) const;
    explicit Connection(sd_bus* bus) noexcept : bus_{bus} {}
    static Connection prepared(async::EventLoop& loop, sd_bus* bus);

    sd_bus* bus_ = nullptr;
};

} // namespace slipway::bus
