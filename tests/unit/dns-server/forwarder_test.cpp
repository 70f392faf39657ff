// SPDX-License-Identifier: LGPL-2.1-or-later
// Asking the host's resolvers: who lies, who is silent, who answers.
#include "dns-server/forwarder.hpp"
#include "fake_resolver.hpp"
#include "packets.hpp"
#include "support/run_task.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace slipway::dns_server {
namespace {

using ::testing::ElementsAre;
using Packets = std::vector<std::string>;

class Forwarding : public ::testing::Test {
  protected:
    static Enquiry enquiry(const std::string& name = "a.example", const std::string& type = "A")
    {
        return Enquiry{*parse_query(packet_of({name, type}))};
    }
    static std::string good(const std::string& query, const std::string& address = "192.0.2.1")
    {
        return answer_to(query, {{"a.example. 300 IN A " + address}, {}, {}});
    }
    // The addresses that were answered, or what else there was.
    Packets ask(const std::string& name = "a.example")
    {
        const ReplyRef reply = testing::run_task(loop_, forwarder_.ask(enquiry(name)));
        if (!reply)
            return {"nothing"};
        const Answer answer =
            parse_answer(tell_on(*reply, *parse_query(packet_of({name})), Clock::now(), 65535));
        return answer.answer.empty() ? Packets{answer.head} : answer.answer;
    }

    static constexpr std::chrono::milliseconds short_time{150};
    const std::string answer_ = "a.example. 300 IN A 192.0.2.1";
    async::EventLoop loop_;
    FakeResolver first_{loop_};
    FakeResolver second_{loop_};
    std::vector<SocketAddress> servers_{first_.address()};
    Forwarder forwarder_{loop_, [this] { return servers_; }, {short_time, short_time}};
};

TEST_F(Forwarding, BringsTheResolversAnswer)
{
    first_.answer_datagrams([](const std::string& query) { return Packets{good(query)}; });
    EXPECT_THAT(ask(), ElementsAre(answer_));
}

TEST_F(Forwarding, AsksOnceForWhatItKnows)
{
    first_.answer_datagrams([](const std::string& query) { return Packets{good(query)}; });
    EXPECT_FALSE(forwarder_.find(enquiry()));
    ask();
    EXPECT_TRUE(forwarder_.find(enquiry()));
    EXPECT_FALSE(forwarder_.find(enquiry("a.example", "AAAA")));
    EXPECT_FALSE(forwarder_.find(enquiry("b.example")));
}

TEST_F(Forwarding, AsksOnceForAllWhoAskAtTheSameTime)
{
    async::Task<ReplyRef> one = forwarder_.ask(enquiry());
    async::Task<ReplyRef> other = forwarder_.ask(enquiry());
    first_.answer_datagrams([](const std::string& query) { return Packets{good(query)}; });
    one.start();
    other.start();
    EXPECT_EQ(testing::run_task(loop_, std::move(one)), testing::run_task(loop_, std::move(other)));
    EXPECT_EQ(first_.datagrams().size(), 1U);
}

TEST_F(Forwarding, DoesNotListenToForgers)
{
    first_.answer_datagrams([this](const std::string& query) {
        std::string wrong_id = good(query, "203.0.113.1");
        wrong_id[0] = static_cast<char>(~wrong_id[0]);
        const std::string wrong_question =
            answer_to(packet_of({"b.example", "A", Edns{1232}, LDNS_RD, parse_query(query)->id}),
                      {{"a.example. 300 IN A 203.0.113.2"}, {}, {}});
        // Another port than the one that was asked.
        const Fd elsewhere{::socket(AF_INET, SOCK_DGRAM, 0)};
        const std::string forged = good(query, "203.0.113.3");
        SocketAddress asker = first_.askers().back();
        EXPECT_GT(
            ::sendto(elsewhere.number(), forged.data(), forged.size(), 0, asker.pointer(), asker.size()), 0);
        return Packets{wrong_id, wrong_question, query, "", "x", good(query)};
    });
    EXPECT_THAT(ask(), ElementsAre(answer_));
    EXPECT_EQ(first_.streams().size(), 0U);
}

TEST_F(Forwarding, AsksByTcpWhenSomebodyGuesses)
{
    first_.answer_datagrams([](const std::string& query) {
        Packets guesses;
        for (unsigned id = 0; id < 100; ++id) {
            guesses.push_back(good(query, "203.0.113.1"));
            guesses.back()[1] = static_cast<char>(guesses.back()[1] + 1 + static_cast<char>(id));
        }
        return guesses;
    });
    first_.answer_streams([](const std::string& query) { return Packets{good(query)}; });
    EXPECT_THAT(ask(), ElementsAre(answer_));
    EXPECT_EQ(first_.streams().size(), 1U);
}

TEST_F(Forwarding, AsksByTcpWhenTheCapitalsAreOthers)
{
    first_.answer_datagrams([](const std::string& query) {
        std::string other = good(query, "203.0.113.1");
        other[header_size + 3] = static_cast<char>(other[header_size + 3] ^ 0x20);
        return Packets{other};
    });
    first_.answer_streams([](const std::string& query) { return Packets{good(query)}; });
    EXPECT_THAT(ask(), ElementsAre(answer_));
}

TEST_F(Forwarding, AsksByTcpForWhatIsTruncated)
{
    first_.answer_datagrams([](const std::string& query) {
        Said said;
        said.is_truncated = true;
        return Packets{answer_to(query, said)};
    });
    first_.answer_streams([](const std::string& query) {
        Said said;
        for (unsigned number = 0; number < 1000; ++number)
            said.answer.push_back("a.example. 300 IN A 192.0." + std::to_string(number / 256) + "." +
                                  std::to_string(number % 256));
        return Packets{answer_to(query, said)};
    });
    EXPECT_EQ(ask().size(), 1000U);
}

TEST_F(Forwarding, AsksEachTimeFromAnotherPortWithAnotherId)
{
    first_.answer_datagrams([](const std::string& query) { return Packets{answer_to(query, {})}; });
    for (unsigned number = 0; number < 50; ++number)
        ask("n" + std::to_string(number) + ".example");
    std::set<std::uint16_t> ports;
    std::set<std::uint16_t> ids;
    for (std::size_t at = 0; at < 50; ++at) {
        ports.insert(first_.askers().at(at).port());
        ids.insert(parse_query(first_.datagrams().at(at))->id);
    }
    EXPECT_GT(ports.size(), 40U);
    EXPECT_GT(ids.size(), 40U);
}

TEST_F(Forwarding, GoesOnToTheNextServer)
{
    servers_.push_back(second_.address());
    second_.answer_datagrams([](const std::string& query) { return Packets{good(query)}; });
    EXPECT_THAT(ask(), ElementsAre(answer_)) << "the first is silent";
    first_.answer_datagrams([](const std::string& query) {
        return Packets{answer_to(query, {{}, {}, {}, LDNS_RCODE_REFUSED})};
    });
    EXPECT_THAT(ask("b.example").size(), 1U);
    const std::size_t asked = first_.datagrams().size();
    ask("c.example");
    EXPECT_EQ(first_.datagrams().size(), asked) << "the one that answers is asked first from then on";
}

TEST_F(Forwarding, AsksAgainForWhatWasLost)
{
    first_.answer_datagrams([count = 0](const std::string& query) mutable {
        return ++count == 1 ? Packets{} : Packets{good(query)};
    });
    EXPECT_THAT(ask(), ElementsAre(answer_));
}

TEST_F(Forwarding, SaysSoWhenNobodyAnswers)
{
    EXPECT_THAT(ask(), ElementsAre("nothing"));
    servers_.clear();
    EXPECT_THAT(ask(), ElementsAre("nothing"));
    servers_ = {{IpAddress::parse("127.0.0.1").value(), 1}}; // nobody listens
    EXPECT_THAT(ask(), ElementsAre("nothing"));
}

TEST_F(Forwarding, TellsOnThatTheResolverFails)
{
    first_.answer_datagrams([](const std::string& query) {
        return Packets{answer_to(query, {{}, {}, {}, LDNS_RCODE_SERVFAIL})};
    });
    EXPECT_THAT(ask(), ElementsAre("SERVFAIL rd ra"));
    EXPECT_FALSE(forwarder_.find(enquiry()));
}

TEST_F(Forwarding, DoesNotTellOnWhatCannotBeRead)
{
    first_.answer_datagrams(
        [](const std::string& query) { return Packets{good(query).substr(0, query.size() + 5)}; });
    EXPECT_THAT(ask(), ElementsAre("nothing"));
    first_.answer_datagrams([](const std::string& query) {
        Said said;
        said.is_truncated = true;
        return Packets{answer_to(query, said)};
    });
    first_.answer_streams([](const std::string& query) { return Packets{good(query).substr(0, 7)}; });
    EXPECT_THAT(ask(), ElementsAre("nothing"));
}

} // namespace
} // namespace slipway::dns_server
