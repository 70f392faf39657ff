// SPDX-License-Identifier: LGPL-2.1-or-later
// Pause: systemd freezes the container's whole unit, and thaws it.
#include "engine/container/lifecycle.hpp"

namespace slipway::engine {

async::Task<> Lifecycle::pause(ContainerRef container)
{
    const auto turn = co_await container->turns.take();
    if (container->state == State::paused)
        throw Failure{ErrorCode::not_running, "the container " + container->name() + " is paused already"};
    if (container->state != State::running)
        throw Failure{ErrorCode::not_running, "the container " + container->name() + " is not running"};
    async::Task<> freezing = scopes_->freeze(placement::scope_name(container->name()));
    co_await freezing;
    if (container->state == State::running)
        set_state(container, State::paused);
}

async::Task<> Lifecycle::unpause(ContainerRef container)
{
    const auto turn = co_await container->turns.take();
    if (container->state != State::paused)
        throw Failure{ErrorCode::not_running, "the container " + container->name() + " is not paused"};
    async::Task<> thawing = thaw(container);
    co_await thawing;
}

// Nothing can be told to a frozen container, its monitor included.
async::Task<> Lifecycle::thaw(ContainerRef container)
{
    if (container->state != State::paused)
        co_return;
    async::Task<> thawing = scopes_->thaw(placement::scope_name(container->name()));
    co_await thawing;
    if (container->state == State::paused)
        set_state(container, State::running);
}

// systemd knows what an engine before us has done, or an administrator.
async::Task<> Lifecycle::find_out_whether_paused(ContainerRef container)
{
    async::Task<std::string> asking = scopes_->freezer_state(placement::scope_name(container->name()));
    const std::string state = co_await asking;
    if (state == "frozen" && container->state == State::running)
        set_state(container, State::paused);
}

} // namespace slipway::engine
