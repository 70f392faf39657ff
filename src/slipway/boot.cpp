// SPDX-License-Identifier: LGPL-2.1-or-later
// enable and disable: the instance of slipway@.service for a container, which systemd starts at boot.
#include "bus/returning.hpp"
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

#include <systemd/sd-daemon.h>

namespace slipway::cli {

namespace {

constexpr const char* systemd_name = "org.freedesktop.systemd1";
constexpr const char* systemd_path = "/org/freedesktop/systemd1";
constexpr const char* systemd_manager = "org.freedesktop.systemd1.Manager";

std::string instance_of(const std::string& container)
{
    return "slipway@" + container + ".service";
}

// Calls to the manager of units, which asks for a password where the user allows that.
class Units {
  public:
    explicit Units(Context& context) : context_{&context}, bus_{open_bus(context)} {}

    bus::Message make(const char* method) const
    {
        bus::Message call = bus_.make_call(systemd_name, systemd_path, systemd_manager, method);
        if (context_->global().interaction == client::Interaction::allowed)
            sd_bus_message_set_allow_interactive_authorization(call.bare(), 1);
        return call;
    }
    void send(bus::Message call, const std::string& unit)
    {
        std::string refusal;
        try {
            context_->await(bus::call_returning(context_->loop(), bus_, std::move(call)));
            return;
        } catch (const bus::RemoteFailure& refused) {
            refusal = refused.message();
        }
        throw Failure{ErrorCode::placement_failed, "systemd refuses " + unit + ": " + refusal};
    }
    void change_files(const char* method, const std::string& unit)
    {
        bus::Message call = make(method);
        call.append("as", 1, unit.c_str()).append("b", 0);
        if (std::string_view{method} == "EnableUnitFiles")
            call.append("b", 0);
        send(std::move(call), unit);
        send(make("Reload"), unit);
    }
    void run(const char* method, const std::string& unit)
    {
        bus::Message call = make(method);
        call.append("ss", unit.c_str(), "replace");
        send(std::move(call), unit);
    }

  private:
    static bus::Connection open_bus(Context& context)
    {
        if (sd_booted() <= 0)
            throw Failure{ErrorCode::not_supported,
                          "there is no systemd here: slipway export --for SUPERVISOR writes what another "
                          "supervisor needs (runit, sysvinit, s6, openrc, supervisord, upstart)"};
        return context.global().reach == client::Reach::user ? bus::Connection::open_user(context.loop())
                                                             : bus::Connection::open_system(context.loop());
    }

    Context* context_;
    bus::Connection bus_;
};

} // namespace

int enable(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    bool is_now = false;
    Options options{
        "enable NAME...",
        "Has systemd start containers at boot, by slipway@NAME.service, and prints their units. Their "
        "drop-ins and dependencies are yours: 'systemctl edit slipway@NAME.service'."};
    options.flag("--now", is_now, "Start them too");
    options.operands("NAME", names, "Containers, by name or beginning of the ID");
    options.parse(arguments);
    Units units{context};
    return context.for_each(names, [&](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Container container{context.engine(), context.await(manager.find_container(name))};
        const client::ContainerInfo info = context.await(container.read());
        if (info.restart.starts_with("always") || info.restart.starts_with("unless-stopped"))
            throw Failure{ErrorCode::invalid_argument,
                          "the container " + info.name +
                              " is started at boot already, by its restart policy (" + info.restart + ")"};
        const std::string unit = instance_of(info.name);
        units.change_files("EnableUnitFiles", unit);
        if (is_now)
            units.run("StartUnit", unit);
        print_line(unit);
    });
}

int disable(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    bool is_now = false;
    Options options{"disable NAME...",
                    "Has systemd no longer start containers at boot, and prints their units. The names are "
                    "whole ones: the containers may be gone."};
    options.flag("--now", is_now, "Stop them too");
    options.operands("NAME", names, "Containers, by name");
    options.parse(arguments);
    Units units{context};
    return context.for_each(names, [&](const std::string& name) {
        const std::string unit = instance_of(name);
        units.change_files("DisableUnitFiles", unit);
        if (is_now)
            units.run("StopUnit", unit);
        print_line(unit);
    });
}

} // namespace slipway::cli
