// SPDX-License-Identifier: LGPL-2.1-or-later
// Connection: opened, calling, listening.
#include "bus/connection.hpp"

#include <coroutine>
#include <memory>

namespace slipway::bus {

namespace {

Failure no_bus(int error, std::string_view which)
{
    return Failure{ErrorCode::unavailable, errno_failure(-error, "connect to", which).message()};
}

// Waits for the reply to one call.
class ReplyAwaiter {
  public:
    ReplyAwaiter(sd_bus* bus, const Message& message, CallTimeout timeout) : bus_{bus}, message_{message}
    {
        usec_ = timeout == no_call_timeout ? UINT64_MAX : static_cast<std::uint64_t>(timeout.count());
    }
    ReplyAwaiter(const ReplyAwaiter&) = delete;
    ReplyAwaiter& operator=(const ReplyAwaiter&) = delete;
    ReplyAwaiter(ReplyAwaiter&&) = delete;
    ReplyAwaiter& operator=(ReplyAwaiter&&) = delete;
    ~ReplyAwaiter() = default;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter)
    {
        waiter_ = waiter;
        sd_bus_slot* slot = nullptr;
        check_negative(sd_bus_call_async(bus_, &slot, message_.bare(), &ReplyAwaiter::answered, this, usec_),
                       "send a D-Bus call");
        slot_ = Slot{slot};
    }
    Message await_resume()
    {
        slot_ = Slot{};
        reply_.throw_if_error();
        return std::move(reply_);
    }

  private:
    static int answered(sd_bus_message* reply, void* userdata, sd_bus_error*)
    {
        auto* const self = static_cast<ReplyAwaiter*>(userdata);
        self->reply_ = Message::share(reply);
        self->waiter_.resume();
        return 1;
    }

    sd_bus* bus_;
    const Message& message_;
    std::uint64_t usec_ = 0;
    std::coroutine_handle<> waiter_;
    Slot slot_;
    Message reply_;
};

// What was sent goes out first. A peer that has not greeted yet is not waited for: it may be an engine that
// cannot start, and sd-bus would wait for 90 seconds.
void close_bus(sd_bus* bus) noexcept
{
    if (bus != nullptr && (sd_bus_is_bus_client(bus) > 0 || sd_bus_is_ready(bus) > 0))
        sd_bus_flush(bus);
    sd_bus_close_unref(bus);
}

int signal_came(sd_bus_message* message, void* userdata, sd_bus_error*)
{
    (*static_cast<Connection::OnSignal*>(userdata))(Message::share(message));
    return 0;
}

void drop_handler(void* userdata)
{
    delete static_cast<Connection::OnSignal*>(userdata);
}

} // namespace

Connection Connection::prepared(async::EventLoop& loop, sd_bus* bus)
{
    Connection connection{bus};
    check_negative(sd_bus_attach_event(bus, loop.bare(), SD_EVENT_PRIORITY_NORMAL),
                   "attach a bus to the loop");
    return connection;
}

Connection Connection::open_system(async::EventLoop& loop)
{
    sd_bus* bus = nullptr;
    if (const int result = sd_bus_open_system(&bus); result < 0)
        throw no_bus(result, "the system bus");
    return prepared(loop, bus);
}

Connection Connection::open_user(async::EventLoop& loop)
{
    sd_bus* bus = nullptr;
    if (const int result = sd_bus_open_user(&bus); result < 0)
        throw no_bus(result, "the user's bus");
    return prepared(loop, bus);
}

Connection Connection::open_peer(async::EventLoop& loop, Fd socket)
{
    sd_bus* bus = nullptr;
    check_negative(sd_bus_new(&bus), "make a bus connection");
    Connection connection{bus};
    const int number = socket.release();
    check_negative(sd_bus_set_fd(bus, number, number), "use a socket as a bus");
    check_negative(sd_bus_negotiate_fds(bus, 1), "ask for descriptors");
    check_negative(sd_bus_start(bus), "start a bus connection");
    check_negative(sd_bus_attach_event(bus, loop.bare(), SD_EVENT_PRIORITY_NORMAL),
                   "attach a bus to the loop");
    return connection;
}

Connection Connection::serve_peer(async::EventLoop& loop, Fd socket)
{
    sd_bus* bus = nullptr;
    check_negative(sd_bus_new(&bus), "make a bus connection");
    Connection connection{bus};
    sd_id128_t id{};
    check_negative(sd_id128_randomize(&id), "make a bus ID");
    const int number = socket.release();
    check_negative(sd_bus_set_fd(bus, number, number), "use a socket as a bus");
    check_negative(sd_bus_set_server(bus, 1, id), "serve a bus");
    check_negative(sd_bus_negotiate_fds(bus, 1), "ask for descriptors");
    check_negative(sd_bus_negotiate_creds(bus, 1, SD_BUS_CREDS_EUID | SD_BUS_CREDS_PID),
                   "ask for credentials");
    check_negative(sd_bus_start(bus), "start a bus connection");
    check_negative(sd_bus_attach_event(bus, loop.bare(), SD_EVENT_PRIORITY_NORMAL),
                   "attach a bus to the loop");
    return connection;
}

Connection& Connection::operator=(Connection&& other) noexcept
{
    if (this != &other) {
        close_bus(bus_);
        bus_ = std::exchange(other.bus_, nullptr);
    }
    return *this;
}

Connection::~Connection()
{
    close_bus(bus_);
}

Message Connection::make_call(const std::string& destination, const std::string& path,
                              const std::string& interface, const std::string& member) const
{
    sd_bus_message* message = nullptr;
    check_negative(sd_bus_message_new_method_call(bus_, &message,
                                                  destination.empty() ? nullptr : destination.c_str(),
                                                  path.c_str(), interface.c_str(), member.c_str()),
                   "make a D-Bus call");
    return Message::adopt(message);
}

async::Task<Message> Connection::call(Message message, CallTimeout timeout) const
{
    co_return co_await ReplyAwaiter{bus_, message, timeout};
}

void Connection::send(const Message& message) const
{
    check_negative(sd_bus_send(bus_, message.bare(), nullptr), "send a D-Bus message");
}

Slot Connection::match_signal(const std::string& sender, const std::string& path,
                              const std::string& interface, const std::string& member, OnSignal handler) const
{
    const auto add = [](const std::string& key, const std::string& value) {
        return value.empty() ? std::string{} : "," + key + "='" + value + "'";
    };
    return match("type='signal'" + add("sender", sender) + add("path", path) + add("interface", interface) +
                     add("member", member),
                 std::move(handler));
}

Slot Connection::match_owner(const std::string& name, OnSignal handler) const
{
    return match("type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='"
                 "NameOwnerChanged',arg0='" +
                     name + "'",
                 std::move(handler));
}

Slot Connection::match(const std::string& rule, OnSignal handler) const
{
    auto owned = std::make_unique<OnSignal>(std::move(handler));
    sd_bus_slot* slot = nullptr;
    check_negative(sd_bus_add_match_async(bus_, &slot, rule.c_str(), &signal_came, nullptr, owned.get()),
                   "listen for", rule);
    check_negative(sd_bus_slot_set_destroy_callback(slot, &drop_handler), "listen for", rule);
    [[maybe_unused]] const OnSignal* kept = owned.release(); // drop_handler deletes it
    return Slot{slot};
}

async::Task<> Connection::request_name(std::string name) const
{
    Message message =
        make_call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName");
    constexpr std::uint32_t do_not_queue = 4;
    message.append("su", name.c_str(), do_not_queue);
    Message reply = co_await call(std::move(message));
    std::uint32_t answer = 0;
    reply.read("u", &answer);
    constexpr std::uint32_t primary_owner = 1;
    constexpr std::uint32_t already_owner = 4;
    if (answer != primary_owner && answer != already_owner)
        throw Failure{ErrorCode::unavailable, "another process has the D-Bus name " + name};
}

async::Task<> Connection::release_name(std::string name) const
{
    Message message =
        make_call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ReleaseName");
    message.append("s", name.c_str());
    co_await call(std::move(message));
}

} // namespace slipway::bus
