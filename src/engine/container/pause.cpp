// SPDX-License-Identifier: LGPL-2.1-or-later
// Pause: systemd freezes the container's whole unit, and thaws it.
#include "base/file.hpp"
#include "engine/container/lifecycle.hpp"

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include <syslog.h>

namespace slipway::engine {

async::Task<> Lifecycle::pause(ContainerRef container)
{
    const auto turn = co_await container->turns.take();
    if (container->state == State::paused)
        throw Failure{ErrorCode::not_running, "the container " + container->name() + " is paused already"};
    if (container->state != State::running)
        throw Failure{ErrorCode::not_running, "the container " + container->name() + " is not running"};
    std::exception_ptr failure;
    try {
        async::Task<> freezing = scopes_->freeze(unit_of(*container));
        co_await freezing;
    } catch (const Failure&) {
        failure = std::current_exception();
    }
    if (failure) {
        // A process that hangs in the kernel keeps systemd waiting, and would stand still with all others
        // later.
        async::Task<> thawing = thaw_whatever(container);
        co_await thawing;
        std::rethrow_exception(failure);
    }
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
    if (container->state != State::paused) {
        // An administrator may have frozen its unit.
        async::Task<bool> asking = stands_still(container);
        if (co_await asking) {
            async::Task<> thawing = thaw_whatever(container);
            co_await thawing;
        }
        co_return;
    }
    async::Task<> thawing = scopes_->thaw(unit_of(*container));
    co_await thawing;
    if (container->state == State::paused)
        set_state(container, State::running);
}

async::Task<bool> Lifecycle::stands_still(ContainerRef container) const
{
    if (!container->is_running())
        co_return false;
    try {
        co_return co_await scopes_->freezer_state(unit_of(*container)) != "running";
    } catch (const Failure&) {
        co_return false; // nobody who could have frozen it answers
    }
}

async::Task<> Lifecycle::thaw_whatever(ContainerRef container)
{
    try {
        async::Task<> thawing = scopes_->thaw(unit_of(*container));
        co_await thawing;
    } catch (const Failure& failure) {
        sd_journal_print(LOG_WARNING, "%s: %s", container->name().c_str(), failure.message().c_str());
    }
}

std::filesystem::path Lifecycle::pause_mark_of(const ContainerRef& container) const
{
    return run_directory_of(container) / "pausing";
}

async::Task<> Lifecycle::pause_for_a_moment(ContainerRef container)
{
    replace_file(pause_mark_of(container), {}, Durability::page_cache);
    std::exception_ptr failure;
    try {
        async::Task<> pausing = pause(container);
        co_await pausing;
    } catch (const Failure&) {
        failure = std::current_exception();
    }
    if (!failure)
        co_return;
    std::error_code ignored;
    std::filesystem::remove(pause_mark_of(container), ignored);
    std::rethrow_exception(failure);
}

async::Task<> Lifecycle::go_on(ContainerRef container)
{
    {
        const auto turn = co_await container->turns.take();
        // Somebody may have stopped it, or let it go on.
        async::Task<> thawing = thaw(container);
        co_await thawing;
    }
    std::error_code ignored;
    std::filesystem::remove(pause_mark_of(container), ignored);
}

// systemd knows what an engine before us has done, or an administrator.
async::Task<> Lifecycle::find_out_whether_paused(ContainerRef container)
{
    async::Task<std::string> asking = scopes_->freezer_state(unit_of(*container));
    const std::string state = co_await asking;
    if (state == "frozen" && container->state == State::running)
        set_state(container, State::paused);
    async::Task<> settling = scopes_->settle_freezer(unit_of(*container));
    co_await settling;
    if (std::error_code error; std::filesystem::exists(pause_mark_of(container), error)) {
        async::Task<> going_on = go_on(container);
        co_await going_on;
    }
}

} // namespace slipway::engine
