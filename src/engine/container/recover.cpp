// SPDX-License-Identifier: LGPL-2.1-or-later
// Recover: a started engine learns what became of the containers that an earlier one knew.
//
// Truth about what runs is the monitor's: one that answers on its socket has a payload. Where none answers,
// the record of the exit tells how it ended; where there is no record either, all was killed at once, or the
// machine lost its power.
#include "engine/container/lifecycle.hpp"

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include <syslog.h>

namespace slipway::engine {

void Lifecycle::recover()
{
    store::Sweep swept = store_->sweep();
    for (const std::string& loss : swept.lost)
        sd_journal_print(LOG_WARNING, "%s", loss.c_str());
    discard(std::move(swept.trash));
    for (const store::ContainerRow& row : store_->containers().list()) {
        auto container = std::make_shared<Container>();
        container->row = row;
        container->spec = parse_spec(row.spec);
        container->state = row.state.phase == store::Phase::created ? State::created : State::exited;
        catalog_.add(container);
        if (row.state.phase != store::Phase::running) {
            // An ended --rm container whose removal an engine did not live to see.
            if (row.auto_remove && row.state.phase == store::Phase::exited)
                tasks_->spawn(remove_at_rest(container));
            continue;
        }
        std::shared_ptr<MonitorLink> monitor = MonitorLink::connect(*loop_, run_directory_of(container));
        if (!monitor) {
            record_exit(container,
                        find_exit(exit_file_of(container)).value_or(Exit{128 + SIGKILL, SIGKILL, 0}));
            if (row.auto_remove)
                tasks_->spawn(remove_at_rest(container));
            continue;
        }
        container->monitor = monitor;
        container->state = State::running;
        watches_->spawn(watch(container, monitor));
        tasks_->spawn(finish_stop_of_systemd(container));
    }
}

async::Task<> Lifecycle::finish_stop_of_systemd(ContainerRef container)
{
    const std::string unit = placement::scope_name(container->name());
    const std::string state = co_await scopes_->active_state(unit);
    // RequestStop came to an engine that died before it acted.
    if (state == "deactivating")
        stop_unit(unit);
}

} // namespace slipway::engine
