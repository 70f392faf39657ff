// SPDX-License-Identifier: LGPL-2.1-or-later
// Retire: nobody new is sent to a container that runs.
#include "async/timer.hpp"
#include "engine/container/lifecycle.hpp"

namespace slipway::engine {

namespace {

// Answers live for 0 seconds, but resolvers that count in whole ones, as nginx's, keep them for up to one;
// and who was sent just then has to connect.
constexpr std::chrono::seconds memory_of_others{2};

} // namespace

async::Task<> Lifecycle::retire(ContainerRef container)
{
    if (!container->is_running())
        co_return;
    networks_->hush(*container);
    co_await async::sleep_for(*loop_, memory_of_others);
}

} // namespace slipway::engine
