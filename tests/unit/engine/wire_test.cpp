// SPDX-License-Identifier: LGPL-2.1-or-later
// Wires and listeners: wishes completed, their variables and units, and what is kept of them.
#include "engine/wire/listener.hpp"
#include "engine/wire/wire.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>

#include <netinet/in.h>
#include <sys/socket.h>

namespace slipway::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Wire wire_to(const std::string& target, const std::vector<Wire>& others = {})
{
    WireWish wish;
    wish.target = target;
    wish.target_port = 80;
    return complete(wish, others);
}

TEST(AWire, HasItsTargetsNameAndPortUnlessToldOtherwise)
{
    const Wire plain = wire_to("db");
    EXPECT_EQ(plain.name, "db");
    EXPECT_EQ(plain.port, 80);
    EXPECT_EQ(plain.address().text(), "127.208.0.1");
    WireWish wish{"db", 5432, "store", 99, "/run/db/socket", true};
    const Wire told = complete(wish, {plain});
    EXPECT_EQ(told.name, "store");
    EXPECT_EQ(told.port, 99);
    EXPECT_EQ(told.target_port, 5432);
    EXPECT_EQ(told.address().text(), "127.208.0.2");
}

TEST(AWire, TakesTheFirstFreeNumber)
{
    const Wire first = wire_to("a");
    const Wire second = wire_to("b", {first});
    EXPECT_EQ(wire_to("c", {second}).number, 1U);
}

TEST(AWire, OfANameThatIsTakenIsRefused)
{
    EXPECT_EQ(slipway::testing::failure_of([] { wire_to("db", {wire_to("db")}); })->code(),
              ErrorCode::name_taken);
}

TEST(AWire, ToNowhereIsRefused)
{
    for (const WireWish& wish :
         {WireWish{"db", 0, {}, 0, {}, false}, WireWish{"db", 70000, {}, 0, {}, false},
          WireWish{"db", 1, {}, 70000, {}, false}, WireWish{"db", 1, {}, 0, "socket", false},
          WireWish{"db", 1, {}, 0, "/socket", false}, WireWish{"db", 1, {}, 0, "/run/../x", false},
          WireWish{"db", 1, {}, 0, "/run/x/", false}})
        EXPECT_EQ(slipway::testing::failure_of([&] { complete(wish, {}); })->code(),
                  ErrorCode::invalid_argument)
            << wish.unix_path;
    EXPECT_EQ(slipway::testing::failure_of([] { wire_to("a b"); })->code(), ErrorCode::invalid_name);
}

TEST(AWire, GivesVariablesOfItsNameWhereItIsAskedTo)
{
    Wire wire = wire_to("my-db.1");
    EXPECT_TRUE(environment_of(std::vector{wire}).empty());
    wire.has_environment = true;
    EXPECT_THAT(environment_of(std::vector{wire}), ElementsAre("MY_DB_1_HOST=my-db.1", "MY_DB_1_PORT=80"));
    wire.name = "1db";
    EXPECT_THAT(environment_of(std::vector{wire}), ElementsAre("_1DB_HOST=1db", "_1DB_PORT=80"));
}

TEST(AWire, IsTheSameAfterItWasKept)
{
    const Wire wire = complete(WireWish{"db", 5432, "store", 99, "/run/db/socket", true}, {});
    EXPECT_EQ(Json(wire).get<Wire>(), wire);
    EXPECT_EQ(Json(wire_to("db")).at("name"), "db");
}

Listener listener(const std::string& kind, const std::string& address, const std::string& name,
                  std::uint32_t port)
{
    return complete(ListenerWish{kind, address, name, port});
}

TEST(Listeners, ThatArePassedAreNamedInTheirOrder)
{
    const std::vector all{listener("stream", "8080", "http", 0), listener("stream", "8081", "", 80),
                          listener("datagram", "53", "", 0)};
    EXPECT_THAT(environment_of(all),
                ElementsAre("LISTEN_FDS=2", "LISTEN_PID=1", "LISTEN_FDNAMES=http:listen"));
    EXPECT_TRUE(has_passed(all));
    EXPECT_TRUE(environment_of(std::vector{all[1]}).empty());
    EXPECT_FALSE(has_passed({all[1]}));
}

TEST(Listeners, HaveAUnitForAllThatArePassedAndOneForEachOther)
{
    const std::vector all{listener("stream", "8080", "http", 0), listener("stream", "8081", "", 80),
                          listener("seqpacket", "/run/x%y", "", 0)};
    const std::vector<placement::SocketRequest> requests = socket_requests("web", all);
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_EQ(requests[0].unit, "slipway-wire@" + all[1].id + ".socket");
    EXPECT_EQ(requests[1].unit, "slipway-listen@web.socket");
    ASSERT_EQ(requests[1].listens.size(), 2U);
    EXPECT_EQ(requests[1].listens[1].kind, "SequentialPacket");
    EXPECT_THAT(unit_text(requests[1]),
                HasSubstr("\n[Socket]\nListenStream=8080\nListenSequentialPacket=/run/x%%y\n"));
}

TEST(Listeners, ThatCannotBeAreRefused)
{
    for (const ListenerWish& wish :
         {ListenerWish{"stream", "", "", 0}, ListenerWish{"stream", "80 80", "", 0},
          ListenerWish{"stream", "80\n80", "", 0}, ListenerWish{"fifo", "80", "", 0},
          ListenerWish{"stream", "80", "a:b", 0}, ListenerWish{"datagram", "80", "", 80},
          ListenerWish{"stream", "80", "", 70000}})
        EXPECT_EQ(slipway::testing::failure_of([&] { complete(wish); })->code(), ErrorCode::invalid_argument)
            << wish.address;
}

Fd bound_socket(int type)
{
    Fd socket{check(::socket(AF_INET, type | SOCK_CLOEXEC, 0), "make a socket")};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    check(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), // NOLINT
          "bind");
    return socket;
}

TEST(Listeners, OfSomebodyElsesSocketsAreKnownByWhatTheyAre)
{
    std::vector<Fd> sockets;
    sockets.push_back(bound_socket(SOCK_STREAM));
    sockets.push_back(bound_socket(SOCK_DGRAM));
    sockets.emplace_back(check(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "make a socket"));
    const std::vector<Listener> listeners = listeners_of(sockets, {"http", "time", "local"});
    EXPECT_EQ(listeners[0].kind, "Stream");
    EXPECT_NE(tcp_port(listeners[0].kind, listeners[0].address), 0);
    EXPECT_EQ(listeners[1].kind, "Datagram");
    EXPECT_EQ(listeners[2].kind, "SequentialPacket");
    EXPECT_THAT(environment_of(listeners),
                ElementsAre("LISTEN_FDS=3", "LISTEN_PID=1", "LISTEN_FDNAMES=http:time:local"));
    EXPECT_THAT(environment_of(listeners_of(sockets, {})),
                ElementsAre("LISTEN_FDS=3", "LISTEN_PID=1", "LISTEN_FDNAMES=listen:listen:listen"));
    EXPECT_FAILURE(listeners_of(sockets, {"http"}), ErrorCode::invalid_argument, "3 sockets");
    EXPECT_FAILURE(listeners_of(sockets, {"a", "b:c", "d"}), ErrorCode::invalid_argument, "'b:c'");
}

TEST(Listeners, AreTheSameAfterTheyWereKept)
{
    for (const Listener& one : {listener("stream", "8080", "http", 0), listener("stream", "8081", "", 80)})
        EXPECT_EQ(Json(one).get<Listener>(), one);
}

} // namespace
} // namespace slipway::engine
