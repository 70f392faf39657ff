// SPDX-License-Identifier: LGPL-2.1-or-later
// FakeEngine: its answers.
#include "client/fake_engine.hpp"

#include "base/file.hpp"
#include "base/packet.hpp"
#include "bus/options.hpp"

#include <array>
#include <sys/socket.h>

namespace slipway::testing {

namespace {

using bus::property;

constexpr const char* job_path = "/org/slipway/Engine1/job/1";
constexpr const char* container_path = "/org/slipway/Engine1/container/web";

constexpr std::array manager_table{
    sd_bus_vtable SD_BUS_VTABLE_START(0),
    sd_bus_vtable SD_BUS_METHOD("Run", "a{sv}a{sh}", "oha{st}", bus::serve<&FakeEngine::run>,
                                SD_BUS_VTABLE_UNPRIVILEGED),
    sd_bus_vtable SD_BUS_METHOD("GetContainer", "s", "o", bus::serve<&FakeEngine::find_container>,
                                SD_BUS_VTABLE_UNPRIVILEGED),
    sd_bus_vtable SD_BUS_METHOD("ImportImage", "hsa{sv}", "o", bus::serve<&FakeEngine::import_image>,
                                SD_BUS_VTABLE_UNPRIVILEGED),
    sd_bus_vtable SD_BUS_PROPERTY("Version", "s", property<&FakeEngine::manager_version>, 0, 0),
    sd_bus_vtable SD_BUS_PROPERTY("ImageCount", "u", property<&FakeEngine::manager_count>, 0, 0),
    sd_bus_vtable SD_BUS_VTABLE_END,
};

constexpr std::array container_table{
    sd_bus_vtable SD_BUS_VTABLE_START(0),
    sd_bus_vtable SD_BUS_METHOD("Stop", "a{sv}", "", bus::serve<&FakeEngine::stop>,
                                SD_BUS_VTABLE_UNPRIVILEGED),
    sd_bus_vtable SD_BUS_METHOD("Wait", "", "i", bus::serve<&FakeEngine::wait>, SD_BUS_VTABLE_UNPRIVILEGED),
    sd_bus_vtable SD_BUS_METHOD("Describe", "", "s", bus::serve<&FakeEngine::describe>,
                                SD_BUS_VTABLE_UNPRIVILEGED),
    sd_bus_vtable SD_BUS_METHOD("Exec", "asa{sv}a{sh}", "h", bus::serve<&FakeEngine::exec>,
                                SD_BUS_VTABLE_UNPRIVILEGED),
    sd_bus_vtable SD_BUS_PROPERTY("State", "s", property<&FakeEngine::text>, 0, 0),
    sd_bus_vtable SD_BUS_PROPERTY("ImageName", "s", property<&FakeEngine::image_name>, 0, 0),
    sd_bus_vtable SD_BUS_PROPERTY("Image", "o", property<&FakeEngine::image>, 0, 0),
    sd_bus_vtable SD_BUS_PROPERTY("Command", "as", property<&FakeEngine::command>, 0, 0),
    sd_bus_vtable SD_BUS_PROPERTY("Labels", "a{ss}", property<&FakeEngine::labels>, 0, 0),
    sd_bus_vtable SD_BUS_PROPERTY("PID", "u", property<&FakeEngine::pid>, 0, 0),
    sd_bus_vtable SD_BUS_PROPERTY("ExitStatus", "i", property<&FakeEngine::exit_status>, 0, 0),
    sd_bus_vtable SD_BUS_PROPERTY("CreatedTimestamp", "t", property<&FakeEngine::created>, 0, 0),
    sd_bus_vtable SD_BUS_PROPERTY("Terminal", "b", property<&FakeEngine::is_true>, 0, 0),
    sd_bus_vtable SD_BUS_PROPERTY("FromTheFuture", "u", property<&FakeEngine::pid>, 0, 0),
    sd_bus_vtable SD_BUS_VTABLE_END,
};

constexpr std::array job_table{
    sd_bus_vtable SD_BUS_VTABLE_START(0),
    sd_bus_vtable SD_BUS_METHOD("Cancel", "", "", bus::serve<&FakeEngine::cancel>,
                                SD_BUS_VTABLE_UNPRIVILEGED),
    sd_bus_vtable SD_BUS_PROPERTY("State", "s", property<&FakeEngine::state_of_job>, 0, 0),
    sd_bus_vtable SD_BUS_SIGNAL("Finished", "so(ss)", 0),
    sd_bus_vtable SD_BUS_VTABLE_END,
};

// The descriptor of one stream out of an a{sh}.
Fd take_stream(bus::Message& message, const std::string& wanted)
{
    Fd found;
    message.enter('a', "{sh}");
    while (message.enter('e', "sh")) {
        const std::string name = message.read_string();
        Fd stream = message.read_fd();
        if (name == wanted)
            found = std::move(stream);
        message.exit();
    }
    message.exit();
    return found;
}

} // namespace

FakeEngine::FakeEngine(async::EventLoop& loop)
    : Served{scope_}, loop_{&loop}, scope_{[](std::exception_ptr) {}}
{
}

client::Connector FakeEngine::connector()
{
    return [this](async::EventLoop& loop) {
        std::array<int, 2> ends{};
        check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "make a socket pair");
        Fd far{ends[0]};
        auto link = std::make_unique<client::Link>(loop, bus::Connection::open_peer(loop, Fd{ends[1]}), "",
                                                   client::Reach::machine);
        if (dead_links > 0) {
            --dead_links;
        } else {
            connections_.push_back(bus::Connection::serve_peer(loop, std::move(far)));
            serve(connections_.back());
        }
        return link;
    };
}

void FakeEngine::serve(const bus::Connection& connection)
{
    const auto add = [&](const char* path, const char* interface, const sd_bus_vtable* table) {
        check_negative(sd_bus_add_object_vtable(connection.bare(), nullptr, path, interface, table, this),
                       "serve");
    };
    check_negative(sd_bus_add_object_manager(connection.bare(), nullptr, client::engine_path), "serve");
    add(client::engine_path, "org.slipway.Engine1.Manager", manager_table.data());
    add(container_path, "org.slipway.Engine1.Container", container_table.data());
    add(job_path, "org.slipway.Engine1.Job", job_table.data());
}

bool FakeEngine::breaks(const bus::Call& call)
{
    if (broken_calls == 0)
        return false;
    --broken_calls;
    ::shutdown(sd_bus_get_fd(call.bus()), SHUT_RDWR);
    return true;
}

async::Task<bus::Message> FakeEngine::run(bus::Call call)
{
    std::string image;
    std::vector<std::string> command;
    bool is_removed = false;
    const bus::OptionTable table{
        {"Image", bus::into(image)}, {"Command", bus::into(command)}, {"AutoRemove", bus::into(is_removed)}};
    bus::read_options(call.arguments(), table);
    const Fd output = take_stream(call.arguments(), "stdout");
    write_all(output.number(), image + " " + command.at(0) + (is_removed ? " once" : ""), "output");
    FdPair session = make_packet_pair();
    send_packet(session.first.number(), R"({"event":"exited","status":143,"signal":15,"cause":"killed"})");
    may_interact = call.may_interact();
    bus::Message reply = call.reply();
    reply.append("oh", container_path, session.second.number());
    reply.append("a{st}", 2, "scope", std::uint64_t{1500}, "launch", std::uint64_t{700});
    co_return reply;
}

async::Task<bus::Message> FakeEngine::find_container(bus::Call call)
{
    const std::string name = call.arguments().read_string();
    if (name != "web")
        throw Failure{ErrorCode::no_such_container, "no such container: " + name};
    bus::Message reply = call.reply();
    reply.append("o", container_path);
    co_return reply;
}

void FakeEngine::finish_job(sd_bus* bus)
{
    const bool is_failed = job_state == "failed";
    check_negative(sd_bus_emit_signal(bus, job_path, "org.slipway.Engine1.Job", "Finished", "so(ss)",
                                      job_state.c_str(),
                                      job_state == "done" ? "/org/slipway/Engine1/image/_ab" : "/",
                                      is_failed ? "org.slipway.Engine1.Error.TruncatedArchive" : "",
                                      is_failed ? "the archive ends too early" : ""),
                   "emit");
}

async::Task<bus::Message> FakeEngine::import_image(bus::Call call)
{
    const Fd archive = call.arguments().read_fd();
    reference = call.arguments().read_string() + " of " + read_all(archive.number(), "archive");
    const bus::OptionTable table{{"Changes", bus::into(changes)}};
    bus::read_options(call.arguments(), table);
    // As with a job that is quicker than its own announcement.
    if (job_state != "running")
        finish_job(call.bus());
    bus::Message reply = call.reply();
    reply.append("o", job_path);
    co_return reply;
}

async::Task<bus::Message> FakeEngine::cancel(bus::Call call)
{
    job_state = "cancelled";
    finish_job(call.bus());
    co_return call.reply();
}

async::Task<bus::Message> FakeEngine::stop(bus::Call call)
{
    ++stops;
    if (breaks(call))
        throw Failure{ErrorCode::internal, "nobody hears this"};
    throw Failure{ErrorCode::not_running, "web is not running"};
    co_return bus::Message{};
}

async::Task<bus::Message> FakeEngine::wait(bus::Call call)
{
    bus::Message reply = call.reply();
    reply.append("i", 137);
    co_return reply;
}

async::Task<bus::Message> FakeEngine::describe(bus::Call call)
{
    ++describes;
    if (breaks(call))
        throw Failure{ErrorCode::internal, "nobody hears this"};
    bus::Message reply = call.reply();
    reply.append("s", R"({"Name":"web"})");
    co_return reply;
}

async::Task<bus::Message> FakeEngine::exec(bus::Call call)
{
    const std::vector<std::string> command = call.arguments().read_strings();
    const bus::OptionTable table{{"User", bus::into(exec_user)}};
    bus::read_options(call.arguments(), table);
    const Fd error = take_stream(call.arguments(), "stderr");
    write_all(error.number(), command.at(0), "error");
    const FdPair session = make_packet_pair();
    bus::Message reply = call.reply();
    reply.append("h", session.second.number());
    co_return reply;
}

} // namespace slipway::testing
