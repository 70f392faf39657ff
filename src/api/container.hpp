// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerInterface: org.slipway.Engine1.Container, one object serving all containers by their paths.
#pragma once

#include "api/context.hpp"
#include "bus/served.hpp"

namespace slipway::api {

class ContainerInterface : public bus::Served {
  public:
    explicit ContainerInterface(Context& context) : Served{context.tasks}, context_{&context} {}

    async::Task<bus::Message> start(bus::Call call);
    async::Task<bus::Message> stop(bus::Call call);
    async::Task<bus::Message> restart(bus::Call call);
    async::Task<bus::Message> stop_if_idle(bus::Call call);
    void idle_stop(const std::string& path, bus::Message& reply);
    void listeners(const std::string& path, bus::Message& reply);
    async::Task<bus::Message> kill(bus::Call call);
    async::Task<bus::Message> update(bus::Call call);
    async::Task<bus::Message> pause(bus::Call call);
    async::Task<bus::Message> unpause(bus::Call call);
    async::Task<bus::Message> wait(bus::Call call);
    async::Task<bus::Message> wait_for_end(bus::Call call);
    async::Task<bus::Message> remove(bus::Call call);
    async::Task<bus::Message> exec(bus::Call call);
    async::Task<bus::Message> export_root(bus::Call call);
    async::Task<bus::Message> copy_from(bus::Call call);
    async::Task<bus::Message> copy_to(bus::Call call);
    async::Task<bus::Message> diff(bus::Call call);
    async::Task<bus::Message> commit(bus::Call call);
    async::Task<bus::Message> describe(bus::Call call);

    void id(const std::string& path, bus::Message& reply);
    void name(const std::string& path, bus::Message& reply);
    void unit(const std::string& path, bus::Message& reply);
    void readiness(const std::string& path, bus::Message& reply);
    void restart_policy(const std::string& path, bus::Message& reply);
    void image(const std::string& path, bus::Message& reply);
    void image_name(const std::string& path, bus::Message& reply);
    void command(const std::string& path, bus::Message& reply);
    void labels(const std::string& path, bus::Message& reply);
    void terminal(const std::string& path, bus::Message& reply);
    void auto_remove(const std::string& path, bus::Message& reply);
    void group(const std::string& path, bus::Message& reply);
    void member(const std::string& path, bus::Message& reply);
    void health(const std::string& path, bus::Message& reply);
    void state(const std::string& path, bus::Message& reply);
    void pid(const std::string& path, bus::Message& reply);
    void exit_status(const std::string& path, bus::Message& reply);
    void exit_signal(const std::string& path, bus::Message& reply);
    void exit_cause(const std::string& path, bus::Message& reply);
    void created(const std::string& path, bus::Message& reply);
    void started(const std::string& path, bus::Message& reply);
    void finished(const std::string& path, bus::Message& reply);
    void networks(const std::string& path, bus::Message& reply);
    void ports(const std::string& path, bus::Message& reply);

    bool has(const std::string& path) const;
    static const sd_bus_vtable* vtable();

  private:
    engine::ContainerRef at(const std::string& path) const;

    Context* context_;
};

} // namespace slipway::api
