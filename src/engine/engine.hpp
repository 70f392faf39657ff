// SPDX-License-Identifier: LGPL-2.1-or-later
// Engine: the domain's objects, put together once.
#pragma once

#include "engine/container/lifecycle.hpp"
#include "engine/image/gallery.hpp"
#include "engine/job/job.hpp"

namespace slipway::engine {

struct EnginePlaces {
    std::filesystem::path state;    // /var/lib/slipway
    std::filesystem::path run;      // /run/slipway
    std::filesystem::path programs; // /usr/lib/slipway
};

struct Engine {
    Engine(async::EventLoop& loop, async::TaskScope& tasks, async::TaskScope& watches,
           placement::Scopes& scopes, Observer& observer, const EnginePlaces& places)
        : workers{loop, 2}, store{places.state}, jobs{loop, tasks, observer},
          gallery{Workshop{&loop, &tasks, &workers, &store, &jobs, &observer, places.programs, places.run,
                           Unpacker{loop, tasks, places.programs}}},
          lifecycle{loop, tasks, watches, workers, store, scopes, observer, places.run, places.programs}
    {
    }

    async::Workers workers;
    store::Store store;
    Jobs jobs;
    Gallery gallery;
    Lifecycle lifecycle;
};

} // namespace slipway::engine
