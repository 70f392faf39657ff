// SPDX-License-Identifier: LGPL-2.1-or-later
// bus: calls, errors both ways, options, properties and descriptors over a peer-to-peer connection.
#include "base/file.hpp"
#include "bus/connection.hpp"
#include "bus/options.hpp"
#include "bus/served.hpp"
#include "support/run_task.hpp"

#include <gtest/gtest.h>

#include <array>
#include <sys/socket.h>

namespace slipway::bus {
namespace {

using testing::run_task;

constexpr const char* path = "/test";
constexpr const char* interface = "org.slipway.Test";

class Echo : public Served {
  public:
    using Served::Served;

    async::Task<Message> shout(Call call)
    {
        const std::string text = call.arguments().read_string();
        Message reply = call.reply();
        reply.append("s", (text + "!").c_str());
        co_return reply;
    }
    async::Task<Message> refuse(Call)
    {
        throw Failure{ErrorCode::name_taken, "the name is taken"};
        co_return Message{};
    }
    async::Task<Message> count(Call call)
    {
        std::uint64_t number = 0;
        std::string name;
        const OptionTable table{{"Number", into(number)}, {"Name", into(name)}};
        read_options(call.arguments(), table);
        Message reply = call.reply();
        reply.append("s", (name + std::to_string(number)).c_str());
        co_return reply;
    }
    async::Task<Message> write_to(Call call)
    {
        const Fd file = call.arguments().read_fd();
        write_all(file.number(), "from afar", "descriptor");
        co_return call.reply();
    }
    void state(const std::string&, Message& reply) { reply.append("s", "fine"); }
};

constexpr std::array vtable{
    sd_bus_vtable SD_BUS_VTABLE_START(0),
    sd_bus_vtable SD_BUS_METHOD("Shout", "s", "s", serve<&Echo::shout>, SD_BUS_VTABLE_UNPRIVILEGED),
    sd_bus_vtable SD_BUS_METHOD("Refuse", "", "", serve<&Echo::refuse>, SD_BUS_VTABLE_UNPRIVILEGED),
    sd_bus_vtable SD_BUS_METHOD("Count", "a{sv}", "s", serve<&Echo::count>, SD_BUS_VTABLE_UNPRIVILEGED),
    sd_bus_vtable SD_BUS_METHOD("WriteTo", "h", "", serve<&Echo::write_to>, SD_BUS_VTABLE_UNPRIVILEGED),
    sd_bus_vtable SD_BUS_PROPERTY("State", "s", property<&Echo::state>, 0, 0),
    sd_bus_vtable SD_BUS_VTABLE_END,
};

class Bus : public ::testing::Test {
  protected:
    Bus()
    {
        std::array<int, 2> ends{};
        check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "make a socket pair");
        server_ = Connection::serve_peer(loop_, Fd{ends[0]});
        client_ = Connection::open_peer(loop_, Fd{ends[1]});
        check_negative(
            sd_bus_add_object_vtable(server_.bare(), nullptr, path, interface, vtable.data(), &echo_),
            "serve");
    }

    Message make(const char* member) const { return client_.make_call("", path, interface, member); }
    std::string answer(Message call) { return run_task(loop_, client_.call(std::move(call))).read_string(); }

    async::EventLoop loop_;
    async::TaskScope tasks_{[](std::exception_ptr) { FAIL() << "a handler's failure escaped"; }};
    Echo echo_{tasks_};
    Connection server_;
    Connection client_;
};

TEST_F(Bus, AnswersACall)
{
    Message call = make("Shout");
    call.append("s", "hello");
    EXPECT_EQ(answer(std::move(call)), "hello!");
}

TEST_F(Bus, CarriesAFailureWithItsNameAndMessage)
{
    try {
        run_task(loop_, client_.call(make("Refuse")));
        FAIL();
    } catch (const RemoteFailure& failure) {
        EXPECT_EQ(failure.code(), ErrorCode::name_taken);
        EXPECT_EQ(failure.name(), "org.slipway.Engine1.Error.NameTaken");
        EXPECT_EQ(failure.message(), "the name is taken");
    }
}

TEST_F(Bus, ReadsKnownOptions)
{
    Message call = make("Count");
    call.append("a{sv}", 2, "Number", "t", std::uint64_t{3}, "Name", "s", "x");
    EXPECT_EQ(answer(std::move(call)), "x3");
}

TEST_F(Bus, RefusesAnUnknownOptionByItsName)
{
    Message call = make("Count");
    call.append("a{sv}", 1, "Numbre", "t", std::uint64_t{3});
    try {
        answer(std::move(call));
        FAIL();
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.code(), ErrorCode::unknown_option);
        EXPECT_EQ(failure.message(), "unknown option 'Numbre' (known here: Name, Number)");
    }
}

TEST_F(Bus, RefusesAnOptionOfAnotherType)
{
    Message call = make("Count");
    call.append("a{sv}", 1, "Number", "s", "three");
    try {
        answer(std::move(call));
        FAIL();
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.code(), ErrorCode::invalid_argument);
        EXPECT_NE(failure.message().find("'Number'"), std::string::npos) << failure.message();
    }
}

TEST_F(Bus, PassesDescriptors)
{
    // Whether descriptors can pass is known once the connection stands; appending one waits for that.
    Message first = make("Shout");
    first.append("s", "up");
    answer(std::move(first));
    const FdPair pipe = make_pipe();
    Message call = make("WriteTo");
    call.append("h", pipe.second.number());
    run_task(loop_, client_.call(std::move(call)));
    std::array<char, 16> buffer{};
    EXPECT_EQ(::read(pipe.first.number(), buffer.data(), buffer.size()), 9);
}

TEST_F(Bus, ServesAProperty)
{
    Message call = client_.make_call("", path, "org.freedesktop.DBus.Properties", "Get");
    call.append("ss", interface, "State");
    Message reply = run_task(loop_, client_.call(std::move(call)));
    const char* state = nullptr;
    reply.read("v", "s", &state);
    EXPECT_STREQ(state, "fine");
}

TEST_F(Bus, SaysWhichMethodIsMissing)
{
    EXPECT_THROW(run_task(loop_, client_.call(make("Nope"))), RemoteFailure);
}

TEST_F(Bus, DropsACancelledCall)
{
    Message call = make("Shout");
    call.append("s", "unheard");
    async::Task<Message> task = client_.call(std::move(call));
    task.start();
    task.cancel();
    Message second = make("Shout");
    second.append("s", "heard");
    EXPECT_EQ(answer(std::move(second)), "heard!");
}

} // namespace
} // namespace slipway::bus
