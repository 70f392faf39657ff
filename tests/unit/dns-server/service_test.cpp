// SPDX-License-Identifier: LGPL-2.1-or-later
// The server on sockets: packets and connections as they come, and its end when none come.
#include "dns-server/service.hpp"
#include "fake_resolver.hpp"
#include "network.hpp"
#include "packets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <poll.h>

namespace slipway::dns_server {
namespace {

using namespace std::chrono_literals;

// A network on the loopback: who asks from another address than the server's is one of it.
class TheService : public ::testing::Test {
  protected:
    static Fd make_socket(int type, SocketAddress& own)
    {
        Fd socket{check(::socket(own.family(), type | SOCK_CLOEXEC, 0), "make a socket")};
        check(::bind(socket.number(), own.pointer(), own.size()), "bind");
        own = SocketAddress::of_socket(socket.number());
        if (type == SOCK_STREAM)
            check(::listen(socket.number(), 64), "listen");
        return socket;
    }

    void start(const std::string& text = "127.0.0.1", std::chrono::seconds idle_limit = 60s)
    {
        server_ = SocketAddress{address(text), 0};
        std::vector<Fd> sockets;
        sockets.push_back(make_socket(SOCK_DGRAM, server_));
        sockets.push_back(make_socket(SOCK_STREAM, server_));
        settings_.idle_limit = idle_limit;
        service_.emplace(loop_, settings_, std::move(sockets));
        if (server_.is_wildcard())
            server_ =
                SocketAddress{address(server_.family() == AF_INET ? "127.0.0.1" : "::1"), server_.port()};
    }

    Fd connect(int type, const std::string& from = "127.0.0.2")
    {
        Fd socket{check(::socket(server_.family(), type | SOCK_CLOEXEC, 0), "make a socket")};
        SocketAddress own{address(from), 0};
        check(::bind(socket.number(), own.pointer(), own.size()), "bind");
        check(::connect(socket.number(), server_.pointer(), server_.size()), "connect");
        return socket;
    }

    // The service works until SOCKET has something, or has been silent for long.
    bool wait_for(const Fd& socket, std::chrono::milliseconds patience = 20s)
    {
        const auto end = std::chrono::steady_clock::now() + patience;
        pollfd readable{socket.number(), POLLIN, 0};
        while (::poll(&readable, 1, 0) == 0) {
            if (std::chrono::steady_clock::now() > end)
                return false;
            loop_.run_once(1000);
        }
        return true;
    }

    std::optional<Answer> ask(const Fd& socket, const Question& question,
                              std::chrono::milliseconds patience = 20s)
    {
        const std::string packet = packet_of(question);
        EXPECT_EQ(::send(socket.number(), packet.data(), packet.size(), 0),
                  static_cast<ssize_t>(packet.size()));
        if (!wait_for(socket, patience))
            return std::nullopt;
        std::string answer(65536, '\0');
        const ssize_t size = ::recv(socket.number(), answer.data(), answer.size(), 0);
        return size < 0 ? std::nullopt
                        : std::optional{parse_answer(
                              std::string_view{answer}.substr(0, static_cast<std::size_t>(size)))};
    }

    static std::string framed(const Question& question)
    {
        const std::string packet = packet_of(question);
        return std::string{'\0', static_cast<char>(packet.size())} + packet;
    }
    static void send_all(const Fd& socket, const std::string& bytes)
    {
        EXPECT_EQ(::send(socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    // Exactly so many bytes, or fewer at the end.
    std::string read(const Fd& socket, std::size_t size, std::chrono::milliseconds patience = 20s)
    {
        std::string bytes;
        while (bytes.size() < size && wait_for(socket, patience)) {
            std::string part(size - bytes.size(), '\0');
            const ssize_t count = ::recv(socket.number(), part.data(), part.size(), 0);
            if (count <= 0)
                break;
            bytes.append(part, 0, static_cast<std::size_t>(count));
        }
        return bytes;
    }
    std::optional<Answer> read_answer(const Fd& socket)
    {
        const std::string head = read(socket, 2);
        if (head.size() < 2)
            return std::nullopt;
        return parse_answer(read(socket, ldns_read_uint16(head.data())));
    }
    bool is_closed(const Fd& socket, std::chrono::milliseconds patience = 20s)
    {
        char byte = 0;
        return wait_for(socket, patience) && ::recv(socket.number(), &byte, 1, 0) <= 0;
    }

    async::EventLoop loop_;
    Network network_;
    Settings settings_{network_.path, network_.directory / "resolv.conf"};
    SocketAddress server_;
    std::optional<Service> service_;
    names::LogWriter loopback_{
        network_.path,
        {"slipway.internal",
         "blue",
         {IpPrefix::parse("127.0.0.0/8").value(), IpPrefix::parse("::1/128").value()}}};
};

TEST_F(TheService, AnswersByUdp)
{
    start();
    const Fd asker = connect(SOCK_DGRAM);
    EXPECT_EQ(ask(asker, {"web.slipway.internal"})->answer.size(), 1U);
    EXPECT_EQ(ask(asker, {"web.slipway.internal"})->answer.size(), 1U);
    EXPECT_EQ(ask(asker, {"no.slipway.internal"})->head, "NXDOMAIN aa rd ra");
}

TEST_F(TheService, AnswersEachOfManyPackets)
{
    start();
    const Fd asker = connect(SOCK_DGRAM);
    for (std::uint16_t id = 0; id < 150; ++id)
        send_all(asker,
                 packet_of({"n" + std::to_string(id) + ".slipway.internal", "A", std::nullopt, LDNS_RD, id}));
    for (std::uint16_t id = 0; id < 150; ++id) {
        ASSERT_TRUE(wait_for(asker)) << id;
        std::string answer(512, '\0');
        answer.resize(static_cast<std::size_t>(::recv(asker.number(), answer.data(), answer.size(), 0)));
        EXPECT_EQ(parse_answer(answer).id, id);
    }
}

TEST_F(TheService, AnswersFromTheAddressThatWasAsked)
{
    for (const char* wildcard : {"0.0.0.0", "::"}) {
        start(wildcard);
        // A connected socket hears nobody else.
        const bool is_v4 = server_.family() == AF_INET;
        EXPECT_EQ(
            ask(connect(SOCK_DGRAM, is_v4 ? "127.0.0.2" : "::1"), {"web.slipway.internal"})->answer.size(),
            1U);
        if (is_v4) {
            server_ = SocketAddress{address("127.0.0.9"), server_.port()};
            EXPECT_EQ(ask(connect(SOCK_DGRAM), {"web.slipway.internal"})->answer.size(), 1U);
        }
        service_.reset();
    }
}

TEST_F(TheService, SaysNothingToStrangers)
{
    const names::LogWriter elsewhere{network_.path,
                                     {"slipway.internal", "blue", {IpPrefix::parse("127.1.0.0/16").value()}}};
    start("127.1.0.1");
    // The loopback is the host, unless it asks for what is not ours.
    const Fd host = connect(SOCK_DGRAM, "127.0.0.2");
    EXPECT_EQ(ask(host, {"example.com"})->head, "REFUSED rd ra");
    const Fd listed = connect(SOCK_DGRAM, "127.1.0.2");
    EXPECT_EQ(ask(listed, {"web.slipway.internal"})->head, "NOERROR aa rd ra");
    std::filesystem::remove(network_.path);
    EXPECT_FALSE(ask(listed, {"web.slipway.internal"}, 100ms)) << "no network, no member";
    EXPECT_TRUE(is_closed(connect(SOCK_STREAM, "127.1.0.2")));
}

TEST_F(TheService, SaysNothingToWhatIsTooLong)
{
    start();
    const Fd asker = connect(SOCK_DGRAM);
    send_all(asker, packet_of({"web.slipway.internal"}) + std::string(2000, 'x'));
    EXPECT_FALSE(wait_for(asker, 100ms));
    EXPECT_TRUE(ask(asker, {"web.slipway.internal"}));
}

TEST_F(TheService, ForwardsByUdpAndTcp)
{
    // A resolver has port 53, which a test has not: nobody is there, which is an answer too.
    std::ofstream{settings_.resolv_conf} << "nameserver 127.0.0.77\n";
    start();
    EXPECT_EQ(ask(connect(SOCK_DGRAM), {"example.com"})->head, "SERVFAIL rd ra");
    const Fd asker = connect(SOCK_STREAM);
    send_all(asker, framed({"example.com"}) + framed({"web.slipway.internal"}));
    EXPECT_EQ(read_answer(asker)->head, "NOERROR aa rd ra"); // this one need not wait
    EXPECT_EQ(read_answer(asker)->head, "SERVFAIL rd ra");
}

TEST_F(TheService, AnswersManyQuestionsOfOneConnection)
{
    start();
    const Fd asker = connect(SOCK_STREAM);
    std::string all;
    for (std::uint16_t id = 0; id < 200; ++id)
        all += framed({"web.slipway.internal", "A", std::nullopt, LDNS_RD, id});
    send_all(asker, all);
    for (std::uint16_t id = 0; id < 200; ++id)
        ASSERT_EQ(read_answer(asker)->id, id);
}

TEST_F(TheService, TakesQuestionsByTheByte)
{
    start();
    const Fd asker = connect(SOCK_STREAM);
    for (const char byte : framed({"web.slipway.internal"})) {
        send_all(asker, std::string{byte});
        loop_.run_once(10'000);
    }
    EXPECT_EQ(read_answer(asker)->answer.size(), 1U);
}

TEST_F(TheService, AnswersWhoHasSaidAllAndListensYet)
{
    start();
    const Fd asker = connect(SOCK_STREAM);
    send_all(asker, framed({"web.slipway.internal"}) + framed({"example.com"}));
    ::shutdown(asker.number(), SHUT_WR);
    EXPECT_TRUE(read_answer(asker));
    EXPECT_TRUE(read_answer(asker));
    EXPECT_TRUE(is_closed(asker));
}

TEST_F(TheService, AnswersAllThatWasAskedBeforeTheEnd)
{
    network_.add_many("many", 400);
    loopback_.replace({{"many", network_.log.contents().at("many")}});
    start();
    const Fd asker = connect(SOCK_STREAM);
    for (unsigned number = 0; number < 60; ++number) // more than are kept for him
        send_all(asker, framed({"many.slipway.internal"}));
    ::shutdown(asker.number(), SHUT_WR);
    for (unsigned number = 0; number < 60; ++number)
        ASSERT_TRUE(read_answer(asker)) << number;
    EXPECT_TRUE(is_closed(asker));
}

TEST_F(TheService, ClosesAConnectionThatSpeaksNoDns)
{
    start();
    const Fd asker = connect(SOCK_STREAM);
    send_all(asker, "GET / HTTP/1.1\r\n\r\n");
    EXPECT_TRUE(is_closed(asker));
}

TEST_F(TheService, GivesAnAddressSoManyConnectionsAndNoMore)
{
    start();
    std::vector<Fd> connections;
    for (unsigned number = 0; number < 32; ++number) {
        connections.push_back(connect(SOCK_STREAM));
        send_all(connections.back(), framed({"web.slipway.internal"}));
        ASSERT_TRUE(read_answer(connections.back()));
    }
    EXPECT_TRUE(is_closed(connect(SOCK_STREAM)));
    const Fd other = connect(SOCK_STREAM, "127.0.0.3");
    send_all(other, framed({"web.slipway.internal"}));
    EXPECT_TRUE(read_answer(other));
    connections.pop_back();
    for (unsigned round = 0; round < 5; ++round)
        loop_.run_once(1000);
    const Fd next = connect(SOCK_STREAM);
    send_all(next, framed({"web.slipway.internal"}));
    EXPECT_TRUE(read_answer(next));
}

TEST_F(TheService, DoesNotReadOnWhileNobodyFetchesAnswers)
{
    network_.add_many("many", 1000);
    loopback_.replace({{"many", network_.log.contents().at("many")}});
    start();
    const Fd asker = connect(SOCK_STREAM);
    const std::string question = framed({"many.slipway.internal"});
    unsigned taken = 0;
    for (unsigned idle = 0; idle < 20; ++idle) {
        while (::send(asker.number(), question.data(), question.size(), MSG_DONTWAIT | MSG_NOSIGNAL) ==
               static_cast<ssize_t>(question.size()))
        {
            ++taken;
            idle = 0;
        }
        loop_.run_once(1000);
    }
    // 16 kB each; what is not read stays in the sockets.
    EXPECT_LT(taken, 200'000U);
    EXPECT_EQ(read_answer(asker)->answer.size(), 1000U);
}

TEST(TheListener, LetsGoOfWhoIsSilent)
{
    async::EventLoop loop;
    Network network;
    Forwarder forwarder{loop, [] { return std::vector<SocketAddress>{}; }};
    Responder responder{network.view, forwarder};
    SocketAddress own{address("127.0.0.1"), 0};
    Fd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    check(::bind(socket.number(), own.pointer(), own.size()), "bind");
    check(::listen(socket.number(), 8), "listen");
    own = SocketAddress::of_socket(socket.number());
    const TcpListener listener{loop, std::move(socket), responder, [] {}, std::chrono::milliseconds{50}};
    const Fd asker{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    check(::connect(asker.number(), own.pointer(), own.size()), "connect");
    loop.run_once(UINT64_MAX);
    EXPECT_EQ(listener.connections(), 1U);
    while (listener.connections() > 0)
        loop.run_once(UINT64_MAX);
    char byte = 0;
    EXPECT_EQ(::recv(asker.number(), &byte, 1, 0), 0);
}

TEST_F(TheService, EndsWhenNobodyAsksForLong)
{
    start("127.0.0.1", 1s);
    const auto asked = std::chrono::steady_clock::now();
    EXPECT_TRUE(ask(connect(SOCK_DGRAM), {"web.slipway.internal"}));
    EXPECT_EQ(loop_.run(), 0);
    EXPECT_GE(std::chrono::steady_clock::now() - asked, 1s);
}

} // namespace
} // namespace slipway::dns_server
