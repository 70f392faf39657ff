// SPDX-License-Identifier: LGPL-2.1-or-later
// Firewall: firewalld(1), where it runs, told which interfaces are containers'.
//
// It rejects what is forwarded between interfaces of no zone that allows it. What containers may do is said
// by tables of our own, so their bridges are in its zone "trusted", for as long as it runs: nothing of its
// configuration is written.
#pragma once

#include "async/task.hpp"
#include "bus/connection.hpp"

#include <functional>
#include <string>

namespace slipway::placement {

// INTERFACE is in the zone "trusted" when this returns true; false where there is no firewalld. Throws
// Failure{placement_failed}.
async::Task<bool> trust_link(const bus::Connection& system, std::string interface);

// Hears that firewalld has started or has read its configuration anew, and knows no more of what it was told.
class FirewallWatch {
  public:
    FirewallWatch(const bus::Connection& system, const std::function<void()>& forgotten);

  private:
    bus::Slot started_;
    bus::Slot reloaded_;
};

} // namespace slipway::placement
