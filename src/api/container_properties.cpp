// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerInterface: its properties and its table.
#include "api/container.hpp"
#include "api/paths.hpp"

#include <array>

namespace slipway::api {

namespace {

void append(bus::Message& reply, const std::string& text)
{
    reply.append("s", text.c_str());
}

// The epoch stands for "never", and is 0.
void append(bus::Message& reply, RealTime time)
{
    reply.append("t", to_usec(time));
}

} // namespace

void ContainerInterface::id(const std::string& path, bus::Message& reply)
{
    append(reply, at(path)->id());
}

void ContainerInterface::name(const std::string& path, bus::Message& reply)
{
    append(reply, at(path)->name());
}

void ContainerInterface::unit(const std::string& path, bus::Message& reply)
{
    append(reply, engine::unit_of(*at(path)));
}

void ContainerInterface::readiness(const std::string& path, bus::Message& reply)
{
    append(reply, std::string{engine::name_of(engine::readiness_of(at(path)->spec))});
}

void ContainerInterface::restart_policy(const std::string& path, bus::Message& reply)
{
    append(reply, engine::text_of(at(path)->spec.restart));
}

void ContainerInterface::image(const std::string& path, bus::Message& reply)
{
    reply.append("o", image_path(at(path)->row.image_id).c_str());
}

void ContainerInterface::image_name(const std::string& path, bus::Message& reply)
{
    append(reply, at(path)->row.image_name);
}

void ContainerInterface::command(const std::string& path, bus::Message& reply)
{
    reply.append_strings(at(path)->spec.arguments);
}

void ContainerInterface::labels(const std::string& path, bus::Message& reply)
{
    const engine::ContainerRef container = at(path);
    reply.open('a', "{ss}");
    for (const auto& [key, value] : container->spec.labels)
        reply.append("{ss}", key.c_str(), value.c_str());
    reply.close();
}

void ContainerInterface::terminal(const std::string& path, bus::Message& reply)
{
    reply.append("b", static_cast<int>(at(path)->spec.has_terminal));
}

void ContainerInterface::auto_remove(const std::string& path, bus::Message& reply)
{
    reply.append("b", static_cast<int>(at(path)->row.auto_remove));
}

void ContainerInterface::state(const std::string& path, bus::Message& reply)
{
    append(reply, std::string{engine::state_name(at(path)->state)});
}

void ContainerInterface::group(const std::string& path, bus::Message& reply)
{
    append(reply, at(path)->spec.membership.group);
}

void ContainerInterface::member(const std::string& path, bus::Message& reply)
{
    append(reply, at(path)->spec.membership.member);
}

void ContainerInterface::health(const std::string& path, bus::Message& reply)
{
    append(reply, std::string{engine::name_of(at(path)->health)});
}

void ContainerInterface::pid(const std::string& path, bus::Message& reply)
{
    const engine::ContainerRef container = at(path);
    reply.append("u", static_cast<std::uint32_t>(container->is_running() ? container->row.state.pid : 0));
}

void ContainerInterface::exit_status(const std::string& path, bus::Message& reply)
{
    const store::ContainerState& state = at(path)->row.state;
    reply.append("i", state.phase == store::Phase::exited ? state.exit_status : -1);
}

void ContainerInterface::exit_signal(const std::string& path, bus::Message& reply)
{
    reply.append("i", at(path)->row.state.exit_signal);
}

void ContainerInterface::exit_cause(const std::string& path, bus::Message& reply)
{
    append(reply, at(path)->row.state.exit_cause);
}

void ContainerInterface::created(const std::string& path, bus::Message& reply)
{
    append(reply, at(path)->row.created_at);
}

void ContainerInterface::started(const std::string& path, bus::Message& reply)
{
    append(reply, at(path)->row.state.started_at);
}

void ContainerInterface::finished(const std::string& path, bus::Message& reply)
{
    append(reply, at(path)->row.state.finished_at);
}

void ContainerInterface::listeners(const std::string& path, bus::Message& reply)
{
    const engine::ContainerRef container = at(path);
    reply.open('a', "(sssq)");
    for (const engine::Listener& listener : container->spec.listeners)
        reply.append("(sssq)", listener.kind.c_str(), listener.address.c_str(), listener.name.c_str(),
                     unsigned{listener.target_port});
    reply.close();
}

void ContainerInterface::idle_stop(const std::string& path, bus::Message& reply)
{
    reply.append("t", static_cast<std::uint64_t>(at(path)->spec.idle_stop.count()));
}

void ContainerInterface::networks(const std::string& path, bus::Message& reply)
{
    const engine::ContainerRef container = at(path);
    reply.open('a', "(sss)");
    for (const engine::Connection& connection : container->spec.network.connections)
        if (const auto own = context_->engine.networks.addresses_of(*container, connection))
            reply.append("(sss)", connection.network.c_str(), own->ip4 ? own->ip4->text().c_str() : "",
                         own->ip6 ? own->ip6->text().c_str() : "");
    reply.close();
}

void ContainerInterface::ports(const std::string& path, bus::Message& reply)
{
    std::vector<std::string> texts;
    for (const engine::PublishedPort& port : at(path)->spec.network.ports)
        texts.push_back(port.text());
    reply.append_strings(texts);
}

const sd_bus_vtable* ContainerInterface::vtable()
{
    using C = ContainerInterface;
    constexpr auto open_to_all = SD_BUS_VTABLE_UNPRIVILEGED; // polkit decides
    constexpr auto constant = SD_BUS_VTABLE_PROPERTY_CONST;
    constexpr auto changing = SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE;
    static const std::array table{
        sd_bus_vtable SD_BUS_VTABLE_START(0),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Start", "a{sv}", SD_BUS_PARAM(options), "", ,
                                               bus::serve<&C::start>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Stop", "a{sv}", SD_BUS_PARAM(options), "", ,
                                               bus::serve<&C::stop>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Restart", "a{sv}", SD_BUS_PARAM(options), "", ,
                                               bus::serve<&C::restart>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Kill", "s", SD_BUS_PARAM(signal), "", , bus::serve<&C::kill>,
                                               open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Update", "a{sv}", SD_BUS_PARAM(options), "", ,
                                               bus::serve<&C::update>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("StopIfIdle", "a{sv}", SD_BUS_PARAM(options), "b",
                                               SD_BUS_PARAM(stopped), bus::serve<&C::stop_if_idle>,
                                               open_to_all),
        sd_bus_vtable SD_BUS_METHOD("Pause", "", "", bus::serve<&C::pause>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD("Unpause", "", "", bus::serve<&C::unpause>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Wait", "", , "i", SD_BUS_PARAM(status), bus::serve<&C::wait>,
                                               open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("WaitForEnd", "t", SD_BUS_PARAM(after), "itb",
                                               SD_BUS_PARAM(status) SD_BUS_PARAM(at) SD_BUS_PARAM(last),
                                               bus::serve<&C::wait_for_end>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Remove", "a{sv}", SD_BUS_PARAM(options), "", ,
                                               bus::serve<&C::remove>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES(
            "Exec", "asa{sv}a{sh}", SD_BUS_PARAM(command) SD_BUS_PARAM(options) SD_BUS_PARAM(streams), "h",
            SD_BUS_PARAM(session), bus::serve<&C::exec>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Export", "ha{sv}",
                                               SD_BUS_PARAM(archive) SD_BUS_PARAM(options), "o",
                                               SD_BUS_PARAM(job), bus::serve<&C::export_root>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES(
            "CopyFrom", "sha{sv}", SD_BUS_PARAM(path) SD_BUS_PARAM(archive) SD_BUS_PARAM(options), "o",
            SD_BUS_PARAM(job), bus::serve<&C::copy_from>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("CopyTo", "sha{sv}",
                                               SD_BUS_PARAM(path) SD_BUS_PARAM(archive) SD_BUS_PARAM(options),
                                               "o", SD_BUS_PARAM(job), bus::serve<&C::copy_to>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Diff", "ha{sv}", SD_BUS_PARAM(output) SD_BUS_PARAM(options),
                                               "", , bus::serve<&C::diff>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Commit", "sa{sv}", SD_BUS_PARAM(name) SD_BUS_PARAM(options),
                                               "o", SD_BUS_PARAM(job), bus::serve<&C::commit>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Describe", "", , "s", SD_BUS_PARAM(json),
                                               bus::serve<&C::describe>, open_to_all),
        sd_bus_vtable SD_BUS_PROPERTY("Id", "s", bus::property<&C::id>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Name", "s", bus::property<&C::name>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Unit", "s", bus::property<&C::unit>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("Image", "o", bus::property<&C::image>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("ImageName", "s", bus::property<&C::image_name>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Command", "as", bus::property<&C::command>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Labels", "a{ss}", bus::property<&C::labels>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Terminal", "b", bus::property<&C::terminal>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("AutoRemove", "b", bus::property<&C::auto_remove>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("State", "s", bus::property<&C::state>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("Group", "s", bus::property<&C::group>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Member", "s", bus::property<&C::member>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Health", "s", bus::property<&C::health>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("PID", "u", bus::property<&C::pid>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("ExitStatus", "i", bus::property<&C::exit_status>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("ExitSignal", "i", bus::property<&C::exit_signal>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("ExitCause", "s", bus::property<&C::exit_cause>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("CreatedTimestamp", "t", bus::property<&C::created>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("StartedTimestamp", "t", bus::property<&C::started>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("FinishedTimestamp", "t", bus::property<&C::finished>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("Networks", "a(sss)", bus::property<&C::networks>, 0, changing),
        sd_bus_vtable SD_BUS_PROPERTY("Listeners", "a(sssq)", bus::property<&C::listeners>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Readiness", "s", bus::property<&C::readiness>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Restart", "s", bus::property<&C::restart_policy>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("IdleStopUSec", "t", bus::property<&C::idle_stop>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Ports", "as", bus::property<&C::ports>, 0, changing),
        sd_bus_vtable SD_BUS_VTABLE_END,
    };
    return table.data();
}

} // namespace slipway::api
