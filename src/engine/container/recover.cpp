// SPDX-License-Identifier: LGPL-2.1-or-later
// Recover: a started engine learns what became of the containers that an earlier one knew.
//
// Truth about what runs is the monitor's: one that answers on its socket has a payload. Where none answers,
// the record of the exit tells how it ended; where there is no record either, all was killed at once, or the
// machine lost its power.
#include "base/file.hpp"
#include "engine/container/lifecycle.hpp"
#include "log/log.hpp"
#include "placement/log_rate.hpp"

#include <set>
#include <syslog.h>

namespace slipway::engine {

void Lifecycle::recover()
{
    store::Sweep swept = store_->sweep();
    for (const std::string& loss : swept.lost)
        log::line(LOG_WARNING, "%s", loss.c_str());
    discard(std::move(swept.trash));
    std::vector<ContainerRef> running;
    for (const store::ContainerRow& row : store_->containers().list()) {
        auto container = std::make_shared<Container>();
        container->row = row;
        container->spec = parse_spec(row.spec);
        container->own_unit = scopes_->own_unit(row.name, slice_of(container->spec.membership.group));
        container->state = row.state.phase == store::Phase::created ? State::created : State::exited;
        catalog_.add(container);
        if (row.state.phase != store::Phase::running) {
            if (std::shared_ptr<MonitorLink> monitor =
                    MonitorLink::connect(*loop_, run_directory_of(container))) {
                container->state = State::starting;
                container->shows_volumes = true;
                watches_->spawn(adopt(container, std::move(monitor)));
                continue;
            }
            wire_sockets_->lower(container->spec.wires); // of a start that an engine did not live to see
            // An ended --rm container whose removal an engine did not live to see.
            if (row.auto_remove && row.state.phase == store::Phase::exited)
                tasks_->spawn(remove_at_rest(container, OwnVolumes::removed));
            continue;
        }
        std::shared_ptr<MonitorLink> monitor = MonitorLink::connect(*loop_, run_directory_of(container));
        if (!monitor) {
            record_exit(container,
                        find_exit(exit_file_of(container)).value_or(Exit{128 + SIGKILL, SIGKILL, 0, {}}));
            if (row.auto_remove)
                tasks_->spawn(remove_at_rest(container, OwnVolumes::removed));
            continue;
        }
        container->monitor = monitor;
        container->state = State::running;
        container->is_supervised = !row.state.unit.empty();
        container->shows_volumes = true;
        watches_->spawn(watch(container, monitor));
        see_health(container, health_of(container).health);
        running.push_back(container);
    }
    tasks_->spawn(settle_running(std::move(running)));
    networks_->recover();
    settle_sockets();
    sweep_run_directory();
    tasks_->spawn(end_empty_scopes());
}

void Lifecycle::settle_sockets()
{
    std::set<std::string> wires;
    service_units_->settle(catalog_.all());
    for (const ContainerRef& container : catalog_.all()) {
        for (const Wire& wire : container->spec.wires)
            wires.insert(wire.id);
        for (const Listener& listener : container->spec.listeners)
            wires.insert(listener.id);
    }
    wire_sockets_->forget_all_but(wires);
    if (!own_ids_->is_users())
        tasks_->spawn(listener_sockets_->settle(catalog_.all()));
}

// One after the other: a bus lets a connection wait for so many answers (128, dbus-daemon(1)) and no more.
async::Task<> Lifecycle::settle_running(std::vector<ContainerRef> containers)
{
    for (const ContainerRef& container : containers) {
        try {
            async::Task<> stopping = finish_stop_of_systemd(container);
            co_await stopping;
            async::Task<> looking = find_out_whether_paused(container);
            co_await looking;
            async::Task<> raising = raise_missing_wires(container);
            co_await raising;
        } catch (const Failure& failure) {
            log::line(LOG_WARNING, "%s: %s", container->name().c_str(), failure.message().c_str());
        }
    }
}

async::Task<> Lifecycle::raise_missing_wires(ContainerRef container)
{
    const std::string inside = "/proc/" + std::to_string(container->row.state.pid) + "/ns/net";
    const std::vector<Wire> wires = container->spec.wires;
    for (const Wire& wire : wires) {
        async::Task<> raising =
            wire_sockets_->raise(container, wire, inside, placement::Placement::Present::kept);
        co_await raising;
    }
}

async::Task<> Lifecycle::adopt(ContainerRef container, std::shared_ptr<MonitorLink> monitor)
{
    container->monitor = monitor;
    monitor->ask_state();
    const std::optional<MonitorEvent> event = co_await monitor->next();
    if (event && event->kind == MonitorEventKind::state) {
        record_start(container, *event);
        watches_->spawn(watch(container, std::move(monitor)));
        co_return;
    }
    record_exit(container, find_exit(exit_file_of(container)).value_or(Exit{128 + SIGKILL, SIGKILL, 0, {}}));
    if (container->row.auto_remove)
        co_await remove_at_rest(container, OwnVolumes::removed);
}

void Lifecycle::sweep_run_directory()
{
    std::set<std::string> ids;
    std::set<std::string> units;
    for (const ContainerRef& container : catalog_.all())
        if (!container->is_at_rest()) {
            ids.insert(container->id());
            units.insert(unit_of(*container));
        }
    placement::restore_log_rate_limits_but(units);
    for (const char* const kind : {"containers", "bundles"}) {
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator{run_directory_ / kind, error})
            if (!ids.contains(entry.path().filename().native()))
                remove_tree(entry.path());
    }
}

async::Task<> Lifecycle::finish_stop_of_systemd(ContainerRef container)
{
    const std::string unit = unit_of(*container);
    if (unit == container->row.state.unit)
        co_return; // whoever supervises it hears of it
    const std::string state = co_await scopes_->active_state(unit);
    // RequestStop came to an engine that died before it acted.
    if (state == "deactivating")
        stop_unit(unit);
}

// What an engine that is gone asked systemd for may stand already, or come only now: see_scope().
async::Task<> Lifecycle::end_empty_scopes()
{
    const std::vector<std::string> units = co_await scopes_->list();
    for (const std::string& unit : units)
        see_scope(unit);
}

void Lifecycle::see_scope(const std::string& unit)
{
    const ContainerRef container = catalog_.find(placement::container_of(unit));
    if (!container || container->is_at_rest())
        tasks_->spawn(end_empty_scope(unit));
}

async::Task<> Lifecycle::end_empty_scope(std::string unit)
{
    const ContainerRef container = catalog_.find(placement::container_of(unit));
    if (!container) {
        co_await scopes_->end_if_empty(std::move(unit));
        co_return;
    }
    const auto turn = co_await container->turns.take();
    if (container->is_at_rest())
        co_await scopes_->end_if_empty(std::move(unit));
}

} // namespace slipway::engine
