// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerInterface: its methods.
#include "api/container.hpp"

#include "api/describe.hpp"
#include "api/paths.hpp"
#include "base/signal_name.hpp"
#include "bus/options.hpp"

#include <sys/socket.h>

namespace slipway::api {

engine::ContainerRef ContainerInterface::at(const std::string& path) const
{
    return context_->engine.lifecycle.catalog().at(container_name(path));
}

bool ContainerInterface::has(const std::string& path) const
{
    return context_->engine.lifecycle.catalog().find(container_name(path)) != nullptr;
}

namespace {

// Of a pair of sockets (SO_PEERCRED, unix(7)): who lives by it.
pid_t maker_of(const Fd& socket)
{
    ucred maker{};
    socklen_t size = sizeof maker;
    int type = 0;
    socklen_t type_size = sizeof type;
    if (::getsockopt(socket.number(), SOL_SOCKET, SO_TYPE, &type, &type_size) < 0 || type != SOCK_SEQPACKET ||
        ::getsockopt(socket.number(), SOL_SOCKET, SO_PEERCRED, &maker, &size) < 0 || maker.pid <= 0)
        throw Failure{ErrorCode::invalid_argument,
                      "Supervisor: one of a pair of SOCK_SEQPACKET sockets is meant, made by the supervisor"};
    return maker.pid;
}

} // namespace

async::Task<bus::Message> ContainerInterface::start(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    engine::GivenStart given;
    std::vector<Fd> supervisors;
    const bus::OptionTable table{
        {"Sockets", bus::into(given.sockets)},
        {"SocketNames", bus::into(given.names)},
        {"Supervisor", bus::into(supervisors)},
        {"WatchdogUSec", bus::into(given.supervision.watchdog_usec)},
        {"Streams",
         [&given](bus::Message& value) {
             value.enter('v', "a{sh}");
             given.streams = read_streams(value);
             value.exit();
         }},
    };
    bus::read_options(call.arguments(), table);
    if (!supervisors.empty()) {
        given.supervision.pid = maker_of(supervisors.front());
        given.streams[engine::supervisor_stream] = std::move(supervisors.front());
    }
    // Looked up after the wait: the caller's password may have taken a minute.
    const engine::ContainerRef container = at(call.path());
    if (given.sockets.empty() && given.supervision.pid == 0) {
        async::Task<engine::Timings> starting = context_->engine.lifecycle.start(container, {});
        co_await starting;
    } else {
        async::Task<> starting = context_->engine.lifecycle.start_with(container, std::move(given));
        co_await starting;
    }
    co_return call.reply();
}

async::Task<bus::Message> ContainerInterface::stop_if_idle(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    bus::read_options(call.arguments(), {});
    async::Task<bool> resting = context_->engine.wires.rest(at(call.path()));
    const bool has_stopped = co_await resting;
    bus::Message reply = call.reply();
    reply.append("b", has_stopped ? 1 : 0);
    co_return reply;
}

namespace {

engine::StopRequest read_stop(bus::Message& message)
{
    std::string signal;
    std::uint64_t timeout_usec = UINT64_MAX;
    const bus::OptionTable table{{"Signal", bus::into(signal)}, {"TimeoutUSec", bus::into(timeout_usec)}};
    bus::read_options(message, table);
    engine::StopRequest request;
    if (!signal.empty())
        request.signal = parse_signal(signal).value();
    if (timeout_usec != UINT64_MAX)
        request.timeout = Microseconds{static_cast<std::int64_t>(timeout_usec)};
    return request;
}

} // namespace

async::Task<bus::Message> ContainerInterface::stop(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    const engine::StopRequest request = read_stop(call.arguments());
    co_await context_->engine.lifecycle.stop(at(call.path()), request);
    co_return call.reply();
}

async::Task<bus::Message> ContainerInterface::restart(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    const engine::StopRequest request = read_stop(call.arguments());
    async::Task<> restarting = context_->engine.lifecycle.restart(at(call.path()), request);
    co_await restarting;
    co_return call.reply();
}

async::Task<bus::Message> ContainerInterface::kill(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    const int signal = parse_signal(call.arguments().read_string()).value();
    co_await context_->engine.lifecycle.kill(at(call.path()), signal);
    co_return call.reply();
}

async::Task<bus::Message> ContainerInterface::update(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    engine::Limits limits;
    const bus::OptionTable table{{"Limits", bus::into(limits)}};
    bus::read_options(call.arguments(), table);
    async::Task<> updating = context_->engine.lifecycle.update(at(call.path()), limits);
    co_await updating;
    co_return call.reply();
}

async::Task<bus::Message> ContainerInterface::pause(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    co_await context_->engine.lifecycle.pause(at(call.path()));
    co_return call.reply();
}

async::Task<bus::Message> ContainerInterface::unpause(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    co_await context_->engine.lifecycle.unpause(at(call.path()));
    co_return call.reply();
}

async::Task<bus::Message> ContainerInterface::wait(bus::Call call)
{
    const int status = co_await context_->engine.lifecycle.wait(at(call.path()));
    bus::Message reply = call.reply();
    reply.append("i", status);
    co_return reply;
}

async::Task<bus::Message> ContainerInterface::wait_for_end(bus::Call call)
{
    std::uint64_t after_usec = 0;
    call.arguments().read("t", &after_usec);
    async::Task<engine::End> waiting =
        context_->engine.lifecycle.next_end(at(call.path()), from_usec(after_usec));
    const engine::End end = co_await waiting;
    bus::Message reply = call.reply();
    reply.append("itb", end.status, to_usec(end.at), static_cast<int>(end.is_last));
    co_return reply;
}

async::Task<bus::Message> ContainerInterface::remove(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    bool is_forced = false;
    bool takes_volumes = false;
    const bus::OptionTable table{{"Force", bus::into(is_forced)}, {"Volumes", bus::into(takes_volumes)}};
    bus::read_options(call.arguments(), table);
    using Force = engine::Lifecycle::Force;
    const Force force = is_forced ? Force::yes : Force::no;
    using OwnVolumes = engine::Lifecycle::OwnVolumes;
    const OwnVolumes volumes = takes_volumes ? OwnVolumes::removed : OwnVolumes::kept;
    co_await context_->engine.lifecycle.remove(at(call.path()), force, volumes);
    co_return call.reply();
}

async::Task<bus::Message> ContainerInterface::exec(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_containers);
    engine::ExecRequest request;
    request.arguments = call.arguments().read_strings();
    const bus::OptionTable table{{"Environment", bus::into(request.environment)},
                                 {"WorkingDirectory", bus::into(request.working_directory)},
                                 {"User", bus::into(request.user)},
                                 {"Terminal", bus::into(request.has_terminal)},
                                 {"Privileged", bus::into(request.is_privileged)}};
    bus::read_options(call.arguments(), table);
    engine::Streams streams = read_streams(call.arguments());
    const Fd session = open_session(streams);
    async::Task<> executing =
        context_->engine.lifecycle.exec(at(call.path()), std::move(request), std::move(streams));
    co_await executing;
    bus::Message reply = call.reply();
    reply.append("h", session.number());
    co_return reply;
}

async::Task<bus::Message> ContainerInterface::describe(bus::Call call)
{
    co_await context_->authorizer.require(call, inspect);
    bus::Message reply = call.reply();
    const engine::ContainerRef container = at(call.path());
    const engine::HealthReport health = context_->engine.lifecycle.health_of(container);
    reply.append("s", describe_container(*container, health, context_->engine.store.volume_directories(),
                                         context_->engine.networks)
                          .c_str());
    co_return reply;
}

} // namespace slipway::api
