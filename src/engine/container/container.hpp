// SPDX-License-Identifier: LGPL-2.1-or-later
// Container: one container as the engine sees it now; and the catalog of all.
#pragma once

#include "async/signal.hpp"
#include "async/turn.hpp"
#include "engine/container/monitor_link.hpp"
#include "engine/container/settings.hpp"
#include "engine/network/spare.hpp"
#include "engine/secret/vault.hpp"
#include "engine/volume/settings.hpp"
#include "store/containers.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace slipway::engine {

enum class State {
    created,
    starting,
    running,
    paused,
    stopping,
    exited,
};

constexpr std::string_view state_name(State state)
{
    switch (state) {
    case State::created:
        return "created";
    case State::starting:
        return "starting";
    case State::running:
        return "running";
    case State::paused:
        return "paused";
    case State::stopping:
        return "stopping";
    case State::exited:
        return "exited";
    }
    return "unknown";
}

struct Container {
    store::ContainerRow row; // as in the database
    ContainerSpec spec;
    State state = State::created;
    std::shared_ptr<MonitorLink> monitor;        // while it runs
    bool has_mounts = false;                     // until its monitor has gone, a moment after the payload
    int views = 0;                               // of its files, by those who read or write them (view.hpp)
    std::vector<std::string> made_volumes;       // named ones that came into being with it
    std::map<std::string, VolumeSource> sources; // of its volumes with a device, while it starts
    std::vector<OpenSecret> open_secrets;        // while it starts
    std::shared_ptr<Spare> spare;                // made ahead of its first start
    async::Turnstile activations;                // starts by systemd, one at a time
    // A start that goes by systemd: what is to be the payload's, and why it failed.
    std::map<std::string, Fd> waiting_streams;
    std::optional<Failure> activation_failure;
    std::optional<std::string> own_unit; // where it is no scope of systemd's (placement.hpp)
    int starts = 0;                      // that this engine has seen
    bool is_supervised = false;          // it runs for as long as a client of ours does (slipway supervise)
    Health health = Health::unknown;     // of one that runs
    bool shows_volumes = false;          // they are mounted, or about to be
    async::Turnstile turns;              // start and removal, one at a time
    async::Signal changed;               // whenever state or health changes

    const std::string& id() const noexcept { return row.id; }
    const std::string& name() const noexcept { return row.name; }
    bool is_running() const noexcept
    {
        return state == State::running || state == State::paused || state == State::stopping;
    }
    bool is_at_rest() const noexcept { return state == State::created || state == State::exited; }
};

using ContainerRef = std::shared_ptr<Container>;

// What it is while it runs, or was last: the service that has taken it in, or a place of its own.
std::string unit_of(const Container& container);
// The service that may start it anew: of its restart policy, or the one that it is in, or was in last. Empty:
// none.
std::string keeper_of(const Container& container);

// Whether it has this volume, running or not.
bool has_volume(const Container& container, const std::string& volume);

class Catalog {
  public:
    void add(ContainerRef container);
    void remove(const std::string& name) { by_name_.erase(name); }
    // By name.
    ContainerRef find(const std::string& name) const;
    // By name. Throws Failure{no_such_container}.
    ContainerRef at(const std::string& name) const;
    // By name, ID or the beginning of one. Throws Failure{no_such_container, invalid_argument}.
    ContainerRef resolve(const std::string& text) const;
    // In the order of their names.
    std::vector<ContainerRef> all() const;
    std::size_t size() const noexcept { return by_name_.size(); }

  private:
    std::map<std::string, ContainerRef> by_name_;
};

} // namespace slipway::engine
