// SPDX-License-Identifier: LGPL-2.1-or-later
// Engine: the domain's objects, put together once.
#pragma once

#include "engine/care/caretaker.hpp"
#include "engine/container/files.hpp"
#include "engine/container/lifecycle.hpp"
#include "engine/group/groups.hpp"
#include "engine/image/gallery.hpp"
#include "engine/job/job.hpp"
#include "engine/network/networks.hpp"
#include "engine/volume/keeper.hpp"
#include "engine/wire/wires.hpp"

namespace slipway::engine {

struct EnginePlaces {
    std::filesystem::path state;    // /var/lib/slipway
    std::filesystem::path run;      // /run/slipway
    std::filesystem::path programs; // /usr/lib/slipway
    kernel::IdRanges own_ids;       // a user's engine: what the user has
    std::string root_driver;        // the snapshot driver that an administrator wants, or empty
};

struct Engine {
    Engine(async::EventLoop& loop, async::TaskScope& tasks, async::TaskScope& watches,
           const bus::Connection& system, placement::Placement& scopes, Observer& observer,
           const EnginePlaces& places)
        : workers{loop, 2}, store{places.state}, own_ids{places.own_ids, places.programs}, jobs{loop, tasks,
                                                                                                observer},
          transfers{loop, tasks, own_ids, places.programs}, gallery{Workshop{&loop, &tasks, &workers, &store,
                                                                             &jobs, &observer, &own_ids,
                                                                             places.programs, places.run,
                                                                             transfers}},
          networks{loop,
                   tasks,
                   watches,
                   store,
                   observer,
                   catalog,
                   own_ids,
                   scopes,
                   system,
                   places.programs,
                   places.run / "names"},
          wire_sockets{scopes, tasks, places.run / "wires"}, listener_sockets{scopes, workers,
                                                                              places.state / "units"},
          service_units{scopes, places.state / "units", own_ids.is_users() ? Whose::users : Whose::machines},
          lifecycle{loop,          tasks,
                    watches,       workers,
                    store,         scopes,
                    observer,      own_ids,
                    catalog,       networks,
                    wire_sockets,  listener_sockets,
                    service_units, places.root_driver,
                    places.run,    places.programs},
          wires{loop, store, observer, lifecycle, networks, wire_sockets}, files{lifecycle, jobs, transfers},
          volumes{tasks, workers, store, jobs, observer, lifecycle.catalog(), transfers, own_ids},
          groups{tasks, workers, store, jobs, observer, lifecycle, networks, volumes, scopes},
          caretaker{gallery.workshop(), lifecycle, volumes}
    {
    }

    async::Workers workers;
    store::Store store;
    OwnIds own_ids;
    Jobs jobs;
    Transfers transfers;
    Gallery gallery;
    Catalog catalog;
    Networks networks;
    WireSockets wire_sockets;
    ListenerSockets listener_sockets;
    ServiceUnits service_units;
    Lifecycle lifecycle;
    Wires wires;
    ContainerFiles files;
    VolumeKeeper volumes;
    Groups groups;
    Caretaker caretaker;
};

} // namespace slipway::engine
