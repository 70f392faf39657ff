// SPDX-License-Identifier: LGPL-2.1-or-later
// Refusal: who is not there, and who says no.
#include "placement/refusal.hpp"
#include "support/run_task.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <sys/socket.h>

namespace slipway::placement {
namespace {

// Refuses what it is called for by the error's name that the call bears, and answers one without.
int answer(sd_bus_message* call, void*, sd_bus_error*)
{
    const char* name = nullptr;
    sd_bus_message_read(call, "s", &name);
    return *name == '\0' ? sd_bus_reply_method_return(call, nullptr)
                         : sd_bus_reply_method_errorf(call, name, "said %s", "so");
}

constexpr std::array service{
    sd_bus_vtable SD_BUS_VTABLE_START(0),
    sd_bus_vtable SD_BUS_METHOD("Try", "s", "", answer, SD_BUS_VTABLE_UNPRIVILEGED),
    sd_bus_vtable SD_BUS_VTABLE_END,
};

class Refusals : public ::testing::Test {
  protected:
    Refusals()
    {
        std::array<int, 2> ends{};
        check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "make a socket pair");
        server_ = bus::Connection::serve_peer(loop_, Fd{ends[0]});
        client_ = bus::Connection::open_peer(loop_, Fd{ends[1]});
        check_negative(
            sd_bus_add_object_vtable(server_.bare(), nullptr, "/test", "org.test", service.data(), nullptr),
            "serve");
    }

    std::optional<Refusal> attempt(const std::string& error)
    {
        bus::Message call = client_.make_call("", "/test", "org.test", "Try");
        call.append("s", error.c_str());
        return testing::run_task(loop_, try_call(client_, std::move(call)));
    }

    async::EventLoop loop_;
    bus::Connection server_;
    bus::Connection client_;
};

TEST_F(Refusals, AreNoneWhereTheCallIsAnswered)
{
    EXPECT_FALSE(attempt(""));
}

TEST_F(Refusals, TellWhoIsNotThere)
{
    for (const char* name :
         {"org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner"})
        EXPECT_TRUE(attempt(name).value().is_absence()) << name;
}

TEST_F(Refusals, OfThoseWhoAreThereHaveTheirNameAndReason)
{
    const std::optional<Refusal> refusal = attempt("org.freedesktop.machine1.MachineExists");
    ASSERT_TRUE(refusal);
    EXPECT_FALSE(refusal->is_absence());
    EXPECT_EQ(refusal->name, "org.freedesktop.machine1.MachineExists");
    EXPECT_EQ(refusal->message, "said so");
}

} // namespace
} // namespace slipway::placement
