// SPDX-License-Identifier: LGPL-2.1-or-later
// Host: what there is of systemd and of a bus, and where containers live by that.
#pragma once

#include "bus/connection.hpp"
#include "engine/engine.hpp"
#include "placement/placement.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <string>

namespace slipway {

enum class Whose { machines, users };

struct Wishes {
    Whose whose = Whose::machines;
    // None: neither a bus nor systemd, though they may be there.
    enum class Bus { any, none };
    Bus bus = Bus::any;
};

class Host {
  public:
    // Throws Failure where systemd is there and its bus is not.
    Host(Wishes wishes, async::EventLoop& loop);

    bool has_systemd() const noexcept { return has_systemd_; }
    // Not open where there is none.
    const bus::Connection& bus() const noexcept { return bus_; }

    struct Ears {
        std::function<void(std::string)> requested_stop;
        std::function<void(std::string)> made;
        std::function<void(std::exception_ptr)> failed;
    };
    // The bus outlives it. Where there is no systemd, it makes the directories that systemd would have made
    // for PLACES, and sees to it that there is one engine. Throws Failure{unavailable} where there is
    // another.
    std::unique_ptr<placement::Placement> make_placement(async::EventLoop& loop,
                                                         const engine::EnginePlaces& places, Ears ears);

  private:
    Wishes wishes_;
    bool has_systemd_;
    bus::Connection bus_;
    Fd lock_;
};

} // namespace slipway
