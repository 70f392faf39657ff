// SPDX-License-Identifier: LGPL-2.1-or-later
// ServiceManager: what supervises us, as a container's mirror speaks with it: sd_notify(3), s6's
// notification-fd.
#pragma once

#include "client/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::cli {

// What of a payload's notification is passed on: nothing that is about processes and descriptors, which it
// has others of than we.
std::string passed_on(std::string_view assignments);

class ServiceManager {
  public:
    // READINESS: of the container, as its property has it. READY_NUMBER: a descriptor to write a newline to.
    ServiceManager(std::string readiness, std::optional<std::size_t> ready_number);

    // How often it wants to hear that we live; 0: not at all.
    std::uint64_t watchdog_usec() const noexcept { return watchdog_usec_; }
    // Whether nobody but us tells it (SIGALRM comes when it is time).
    bool has_own_watchdog() const noexcept { return watchdog_usec_ != 0 && readiness_ != "notified"; }
    // Not while it is unhealthy.
    void ping() const;

    // It runs in UNIT.
    void started(const std::string& unit);
    void hear(const client::SessionEvent& event);
    void stopping() const;
    void ended(const client::SessionEvent& exited) const;

  private:
    void ready();

    std::string readiness_;
    std::optional<std::size_t> ready_number_;
    std::uint64_t watchdog_usec_ = 0;
    bool is_ready_ = false;
    bool is_unhealthy_ = false;
};

} // namespace slipway::cli
