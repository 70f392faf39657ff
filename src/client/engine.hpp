// SPDX-License-Identifier: LGPL-2.1-or-later
// Engine: calls to the engine, once more where it left before it had heard the first one.
//
// The engine leaves when it is idle and comes back when it is called. A call can meet it on its way out. What
// only reads is then called again. What changes something is called again only if the connection was lost
// before the call was sent; otherwise nobody knows whether it was done, and the caller is told.
#pragma once

#include "client/link.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace slipway::client {

enum class Effect { reads, changes };

// Whether the engine may ask the user for a password (polkit) while a call waits.
enum class Interaction { none, allowed };

struct Method {
    std::string path;
    std::string interface;
    std::string member;
};

// Changes wait for what they change, and maybe for somebody who types a password.
inline constexpr bus::CallTimeout change_timeout = std::chrono::minutes{6};

class Engine {
  public:
    Engine(async::EventLoop& loop, Connector connector, Interaction interaction = Interaction::none);

    // Writes the arguments; called anew for each attempt.
    using Fill = std::function<void(bus::Message&)>;
    // The reply. Throws bus::RemoteFailure for what the engine refuses, Failure{unavailable} where it cannot
    // be reached.
    async::Task<bus::Message> call(Method method, Effect effect, Fill fill = {},
                                   bus::CallTimeout timeout = bus::default_call_timeout);

    // Hears signals of the engine on the present connection, as long as the slot is kept. PATH may be empty:
    // any.
    bus::Slot hear(const std::string& path, const std::string& interface, const std::string& member,
                   bus::Connection::OnSignal handler);

    // Connects if that has not been done.
    void connect() { link(); }
    // Drops the connection, so that an idle engine may leave; the next call makes a new one. Not while a call
    // waits.
    void disconnect() noexcept;
    async::EventLoop& loop() const noexcept { return *loop_; }

  private:
    Link& link();
    // Until LINK is ready, or lost (false). Throws Failure{unavailable} where systemd cannot start the
    // engine.
    async::Task<bool> settled(Link* link);
    bus::Message make_message(const Link& link, const Method& method, const Fill& fill) const;

    async::EventLoop* loop_;
    Connector connector_;
    Interaction interaction_;
    std::unique_ptr<Link> link_;
    // Lost ones, kept until their last pending call has been told.
    std::vector<std::unique_ptr<Link>> lost_;
};

} // namespace slipway::client
