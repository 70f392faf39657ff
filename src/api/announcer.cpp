// SPDX-License-Identifier: LGPL-2.1-or-later
// Announcer: the engine's changes as signals. A client that cannot be told is no failure of the engine's.
#include "api/paths.hpp"
#include "api/skin.hpp"

namespace slipway::api {

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
    for (sd_bus* bus : buses_)
        sd_bus_emit_properties_changed(bus, group_path(name).c_str(), "org.slipway.Engine1.Group", "Members",
                                       "Labels", nullptr);
}

void Announcer::group_removed(const std::string& name)
{
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
    for (sd_bus* bus : buses_)
        sd_bus_emit_properties_changed(bus, job_path(number).c_str(), "org.slipway.Engine1.Job", "Progress",
                                       "Parts", nullptr);
}

void Announcer::job_finished(unsigned number)
{
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
