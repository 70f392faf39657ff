// SPDX-License-Identifier: LGPL-2.1-or-later
// Announcer: the engine's changes as signals. A client that cannot be told is no failure of the engine's.
#include "api/paths.hpp"
#include "api/skin.hpp"
#include "base/failure.hpp"

#include <chrono>
#include <utility>

namespace slipway::api {

namespace {

// What a group has of members and a job of parts is told as a whole: as often as somebody can see it.
constexpr std::chrono::microseconds gathering_time{20'000};
constexpr std::chrono::microseconds accuracy{1000};

} // namespace

Announcer::Announcer(async::EventLoop& loop)
{
    sd_event_source* source = nullptr;
    check_negative(sd_event_add_time_relative(loop.bare(), &source, CLOCK_MONOTONIC, 0, accuracy.count(),
                                              &gathered, this),
                   "set a timer");
    next_round_ = async::Source{source};
    sd_event_source_set_enabled(source, SD_EVENT_OFF);
}

int Announcer::gathered(sd_event_source*, std::uint64_t, void* userdata)
{
    static_cast<Announcer*>(userdata)->tell_changes();
    return 0;
}

void Announcer::tell_changes()
{
    for (const std::string& group : std::exchange(changed_groups_, {}))
        tell_changes_of(group);
    for (const unsigned job : std::exchange(changed_jobs_, {}))
        tell_progress_of(job);
}

void Announcer::tell_later()
{
    int is_set = SD_EVENT_OFF;
    sd_event_source_get_enabled(next_round_.bare(), &is_set);
    if (is_set != SD_EVENT_OFF)
        return;
    sd_event_source_set_time_relative(next_round_.bare(), gathering_time.count());
    sd_event_source_set_enabled(next_round_.bare(), SD_EVENT_ONESHOT);
}

void Announcer::container_added(const std::string& name)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_object_added(bus, container_path(name).c_str());
}

void Announcer::container_changed(const std::string& name)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_properties_changed(bus, container_path(name).c_str(), "org.slipway.Engine1.Container",
                                       "State", "Unit", "PID", "ExitStatus", "ExitSignal", "StartedTimestamp",
                                       "FinishedTimestamp", "Health", "Networks", "Ports", nullptr);
}

void Announcer::container_removed(const std::string& name)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_interfaces_removed(bus, container_path(name).c_str(), "org.slipway.Engine1.Container",
                                       nullptr);
}

void Announcer::image_added(const std::string& id)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_object_added(bus, image_path(id).c_str());
}

void Announcer::image_changed(const std::string& id)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_properties_changed(bus, image_path(id).c_str(), "org.slipway.Engine1.Image", "Names",
                                       nullptr);
}

void Announcer::image_removed(const std::string& id)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_interfaces_removed(bus, image_path(id).c_str(), "org.slipway.Engine1.Image", nullptr);
}

void Announcer::volume_added(const std::string& name)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_object_added(bus, volume_path(name).c_str());
}

void Announcer::volume_removed(const std::string& name)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_interfaces_removed(bus, volume_path(name).c_str(), "org.slipway.Engine1.Volume", nullptr);
}

void Announcer::network_added(const std::string& name)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_object_added(bus, network_path(name).c_str());
}

void Announcer::network_removed(const std::string& name)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_interfaces_removed(bus, network_path(name).c_str(), "org.slipway.Engine1.Network",
                                       nullptr);
}

void Announcer::group_added(const std::string& name)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_object_added(bus, group_path(name).c_str());
}

void Announcer::group_changed(const std::string& name)
{
    changed_groups_.insert(name);
    tell_later();
}

void Announcer::tell_changes_of(const std::string& name)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_properties_changed(bus, group_path(name).c_str(), "org.slipway.Engine1.Group", "Members",
                                       "Labels", nullptr);
}

void Announcer::group_removed(const std::string& name)
{
    changed_groups_.erase(name);
    for (sd_bus* bus : buses_)
        sd_bus_emit_interfaces_removed(bus, group_path(name).c_str(), "org.slipway.Engine1.Group", nullptr);
}

void Announcer::wire_added(const std::string& id)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_object_added(bus, wire_path(id).c_str());
}

void Announcer::wire_removed(const std::string& id)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_interfaces_removed(bus, wire_path(id).c_str(), "org.slipway.Engine1.Wire", nullptr);
}

void Announcer::job_added(unsigned number)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_object_added(bus, job_path(number).c_str());
}

void Announcer::job_changed(unsigned number)
{
    changed_jobs_.insert(number);
    tell_later();
}

void Announcer::tell_progress_of(unsigned number)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_properties_changed(bus, job_path(number).c_str(), "org.slipway.Engine1.Job", "Progress",
                                       "Parts", nullptr);
}

void Announcer::job_finished(unsigned number)
{
    tell_changes(); // what it has done is told before its end
    const engine::JobRef job = jobs_->find(number);
    for (sd_bus* bus : buses_) {
        const std::string path = job_path(number);
        sd_bus_emit_properties_changed(bus, path.c_str(), "org.slipway.Engine1.Job", "State", "Result",
                                       "Results", "Error", nullptr);
        sd_bus_message* bare = nullptr;
        if (sd_bus_message_new_signal(bus, &bare, path.c_str(), "org.slipway.Engine1.Job", "Finished") < 0)
            continue;
        bus::Message signal = bus::Message::adopt(bare);
        const std::string state{engine::job_state_name(job->state)};
        signal.append("so", state.c_str(), result_path(*job).c_str());
        append_error(signal, *job);
        sd_bus_send(bus, signal.bare(), nullptr);
    }
}

void Announcer::job_removed(unsigned number)
{
    for (sd_bus* bus : buses_)
        sd_bus_emit_interfaces_removed(bus, job_path(number).c_str(), "org.slipway.Engine1.Job", nullptr);
}

} // namespace slipway::api
