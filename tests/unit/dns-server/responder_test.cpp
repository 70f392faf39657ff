// SPDX-License-Identifier: LGPL-2.1-or-later
// Who is answered, by whom, and how soon a change is seen.
#include "dns-server/responder.hpp"
#include "fake_resolver.hpp"
#include "network.hpp"
#include "packets.hpp"
#include "support/run_task.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace slipway::dns_server {
namespace {

using ::testing::ElementsAre;

class Responding : public ::testing::Test {
  protected:
    Client client(Origin origin, const std::string& source = "10.208.0.2",
                  Transport transport = Transport::datagram) const
    {
        return {origin, transport, address(source)};
    }
    // What is said at once; nothing where it is dropped or forwarded.
    std::optional<Answer> ask(const Question& question, const Client& from)
    {
        std::string answer;
        foreign_.reset();
        responder_.refresh();
        const std::string packet = packet_of(question);
        if (responder_.respond(packet, from, answer, foreign_) != Outcome::answered)
            return std::nullopt;
        return parse_answer(answer);
    }
    std::optional<Answer> ask(const Question& question) { return ask(question, client(Origin::member)); }

    async::EventLoop loop_;
    FakeResolver resolver_{loop_};
    Network network_;
    Forwarder forwarder_{loop_, [this] { return std::vector{resolver_.address()}; }};
    Responder responder_{network_.view, forwarder_};
    std::optional<Query> foreign_;
};

TEST_F(Responding, KnowsWhoAsks)
{
    const auto origin = [this](const std::string& source, const std::string& destination = "10.208.0.1") {
        return responder_.origin_of(address(source), address(destination));
    };
    EXPECT_EQ(origin("10.208.0.2"), Origin::member);
    EXPECT_EQ(origin("10.208.15.254"), Origin::member);
    EXPECT_EQ(origin("fd00:1::9", "fd00:1::1"), Origin::member);
    EXPECT_EQ(origin("10.208.0.1"), Origin::host);
    EXPECT_EQ(origin("127.0.0.1", "127.0.0.1"), Origin::host);
    EXPECT_EQ(origin("::1"), Origin::host);
    EXPECT_EQ(origin("10.208.16.1"), Origin::stranger) << "another network";
    EXPECT_EQ(origin("192.0.2.1"), Origin::stranger);
    EXPECT_EQ(origin("fd00:2::9", "fd00:1::1"), Origin::stranger);
}

TEST_F(Responding, AnswersNobodyBeforeItKnowsTheNetwork)
{
    View none{network_.directory / "none"};
    Responder responder{none, forwarder_};
    responder.refresh();
    EXPECT_EQ(responder.origin_of(address("10.208.0.2"), address("10.208.0.1")), Origin::stranger);
    EXPECT_EQ(responder.origin_of(address("127.0.0.1"), address("127.0.0.1")), Origin::stranger);
}

TEST_F(Responding, SaysNothingToStrangers)
{
    std::string answer;
    for (const char* name : {"web.slipway.internal", "example.com"})
        EXPECT_EQ(responder_.respond(packet_of({name}), client(Origin::stranger), answer, foreign_),
                  Outcome::dropped);
    EXPECT_FALSE(foreign_);
}

TEST_F(Responding, DropsWhatIsNoQuestion)
{
    std::string answer;
    EXPECT_EQ(responder_.respond("", client(Origin::member), answer, foreign_), Outcome::dropped);
    EXPECT_EQ(responder_.respond("x", client(Origin::member), answer, foreign_), Outcome::dropped);
    std::string reply = packet_of({"web.slipway.internal"});
    reply[2] = static_cast<char>(reply[2] | 0x80);
    EXPECT_EQ(responder_.respond(reply, client(Origin::member), answer, foreign_), Outcome::dropped);
}

TEST_F(Responding, TellsTheHostOfOurNamesOnly)
{
    EXPECT_EQ(ask({"web.slipway.internal"}, client(Origin::host))->head, "NOERROR aa rd ra");
    EXPECT_EQ(ask({"example.com"}, client(Origin::host))->head, "REFUSED rd ra");
    EXPECT_FALSE(foreign_);
}

TEST_F(Responding, NeverForwardsOurNamesNorThoseOfNoDomain)
{
    for (const char* name : {"web.slipway.internal", "no.slipway.internal", "slipway.internal", "no", "web",
                             "a.local", "9.0.208.10.in-addr.arpa"})
        EXPECT_TRUE(ask({name})) << name;
    EXPECT_FALSE(ask({"example.com"}));
    EXPECT_TRUE(foreign_);
}

TEST_F(Responding, PutsTheIdOfEachQuestionOnItsAnswer)
{
    for (std::uint16_t id = 1; id < 10; ++id)
        EXPECT_EQ(ask({"web.slipway.internal", "A", std::nullopt, LDNS_RD, id})->id, id);
}

TEST_F(Responding, RotatesTheSameQuestionAndOthers)
{
    std::set<std::string> firsts;
    for (unsigned round = 0; round < 3; ++round)
        firsts.insert(ask({"all.slipway.internal"})->answer.at(0));
    EXPECT_EQ(firsts.size(), 3U);
    firsts.clear();
    for (const char* name : {"all.slipway.internal", "All.slipway.internal", "aLl.slipway.internal"})
        firsts.insert(ask({name, "A", Edns{1232}})->answer.at(0));
    EXPECT_GE(firsts.size(), 2U);
}

TEST_F(Responding, SeesAChangeWithTheNextQuestion)
{
    for (unsigned round = 2; round < 200; ++round) {
        const std::string text = "10.208.1." + std::to_string(round);
        network_.log.set("new", {{"new.slipway.internal", address(text)}});
        EXPECT_THAT(ask({"new.slipway.internal"})->answer,
                    ElementsAre("new.slipway.internal. 0 IN A " + text));
        network_.log.unset("new");
        EXPECT_EQ(ask({"new.slipway.internal"})->head, "NXDOMAIN aa rd ra");
    }
}

TEST_F(Responding, KeepsNetworksApart)
{
    Network green;
    green.log.set("secret", {{"secret.slipway.internal", address("10.208.0.77")}});
    EXPECT_EQ(ask({"secret.slipway.internal"})->head, "NXDOMAIN aa rd ra");
    EXPECT_EQ(ask({"secret"})->head, "NXDOMAIN rd ra");
}

// A second network, whose log is beside the first one's.
class OfTwoNetworks : public Responding {
  protected:
    OfTwoNetworks()
    {
        network_.log.set("both", {{"both.slipway.internal", address("10.208.0.20")}},
                         {{address("10.208.0.20"), address("fd00:1::20")}, {"green"}});
        green_.set("both", {{"both.slipway.internal", address("10.209.0.20")}});
        green_.set("db", {{"db.slipway.internal", address("10.209.0.3")},
                          {"_5432._tcp.db.slipway.internal", names::Service{"db.slipway.internal", 5432}},
                          {"3.0.209.10.in-addr.arpa", names::Pointer{"db.slipway.internal"}}});
        green_.set("other", {{"web.slipway.internal", address("10.209.0.4")}});
    }
    std::optional<Answer> ask_as_both(const Question& question, Transport transport = Transport::datagram)
    {
        return ask(question, client(Origin::member, "10.208.0.20", transport));
    }

    names::LogWriter green_{
        network_.directory / "green",
        {"slipway.internal", "green", {IpPrefix::parse("10.209.0.0/20").value()}, /* forwards */ true}};
};

TEST_F(OfTwoNetworks, AMemberOfBothHearsNamesOfBoth)
{
    for (const Transport transport : {Transport::datagram, Transport::stream}) {
        EXPECT_THAT(ask_as_both({"db.slipway.internal"}, transport)->answer,
                    ElementsAre("db.slipway.internal. 0 IN A 10.209.0.3"));
        EXPECT_THAT(ask_as_both({"db"}, transport)->answer, ElementsAre("db. 0 IN A 10.209.0.3"));
        EXPECT_THAT(ask_as_both({"3.0.209.10.in-addr.arpa", "PTR"}, transport)->answer,
                    ElementsAre("3.0.209.10.in-addr.arpa. 0 IN PTR db.slipway.internal."));
        const Answer server = *ask_as_both({"_5432._tcp.db.slipway.internal", "SRV"}, transport);
        EXPECT_THAT(server.additional, ElementsAre("db.slipway.internal. 0 IN A 10.209.0.3"));
        EXPECT_EQ(ask_as_both({"9.0.209.10.in-addr.arpa", "PTR"}, transport)->head, "NXDOMAIN aa rd ra");
        EXPECT_EQ(ask_as_both({"no.slipway.internal"}, transport)->head, "NXDOMAIN aa rd ra");
        EXPECT_EQ(ask_as_both({"no"}, transport)->head, "NXDOMAIN rd ra");
    }
    EXPECT_TRUE(ask({"db"}, client(Origin::member, "fd00:1::20"))->answer.size() == 1U);
}

TEST_F(OfTwoNetworks, TheOwnNetworksNamesComeFirst)
{
    EXPECT_THAT(ask_as_both({"web.slipway.internal"})->answer,
                ElementsAre("web.slipway.internal. 0 IN A 10.208.0.2"));
    EXPECT_THAT(ask_as_both({"both.slipway.internal"})->answer,
                ElementsAre("both.slipway.internal. 0 IN A 10.208.0.20"));
    // Whatever is below it.
    network_.log.set("below", {{"x.db.slipway.internal", address("10.208.0.30")}});
    EXPECT_THAT(ask_as_both({"db.slipway.internal"})->answer,
                ElementsAre("db.slipway.internal. 0 IN A 10.209.0.3"));
    EXPECT_EQ(ask_as_both({"db.slipway.internal", "MX"})->head, "NOERROR aa rd ra");
}

TEST_F(OfTwoNetworks, OthersHearOfTheirOwnAlone)
{
    for (unsigned round = 0; round < 3; ++round) {
        EXPECT_EQ(ask_as_both({"db.slipway.internal"})->head, "NOERROR aa rd ra");
        EXPECT_EQ(ask({"db.slipway.internal"})->head, "NXDOMAIN aa rd ra");
        EXPECT_EQ(ask({"db"})->head, "NXDOMAIN rd ra");
        EXPECT_EQ(ask({"db.slipway.internal"}, client(Origin::host, "10.208.0.1"))->head,
                  "NXDOMAIN aa rd ra");
        EXPECT_FALSE(ask({"3.0.209.10.in-addr.arpa", "PTR"})) << "the host's resolver's to know";
    }
}

TEST_F(OfTwoNetworks, EveryChangeIsSeenByTheNextQuestion)
{
    for (unsigned round = 2; round < 50; ++round) {
        const std::string text = "10.209.1." + std::to_string(round);
        green_.set("new", {{"new.slipway.internal", address(text)}});
        EXPECT_THAT(ask_as_both({"new"})->answer, ElementsAre("new. 0 IN A " + text));
        green_.unset("new");
        EXPECT_EQ(ask_as_both({"new"})->head, "NXDOMAIN rd ra");
    }
    network_.log.set("both", {{"both.slipway.internal", address("10.208.0.20")}});
    EXPECT_EQ(ask_as_both({"db"})->head, "NXDOMAIN rd ra") << "it has left the other network";
    network_.log.set("next", {{"next.slipway.internal", address("10.208.0.20")}},
                     {{address("10.208.0.20")}, {"green", "missing"}});
    network_.log.unset("both");
    EXPECT_EQ(ask_as_both({"db"})->head, "NOERROR rd ra") << "the address is another one's";
    network_.log.unset("next");
    EXPECT_EQ(ask_as_both({"db"})->head, "NXDOMAIN rd ra");
}

TEST_F(Responding, RefusesOtherNamesWhereTheNetworkForwardsNone)
{
    const names::LogWriter inner{
        network_.directory / "inner",
        {"slipway.internal", "inner", {IpPrefix::parse("10.210.0.0/20").value()}, /* forwards */ false}};
    names::LogWriter closed{
        network_.directory / "closed",
        {"slipway.internal", "closed", {IpPrefix::parse("10.208.0.0/20").value()}, /* forwards */ false}};
    closed.set("out", {{"out.slipway.internal", address("10.208.0.3")}}, {{address("10.208.0.3")}, {"blue"}});
    closed.set("in", {{"in.slipway.internal", address("10.208.0.4")}}, {{address("10.208.0.4")}, {"inner"}});
    View view{network_.directory / "closed"};
    Responder responder{view, forwarder_};
    responder.refresh();
    const auto outcome = [&](const std::string& name, const std::string& source) -> std::string {
        std::string answer;
        std::optional<Query> foreign;
        const Outcome what =
            responder.respond(packet_of({name}), client(Origin::member, source), answer, foreign);
        return what == Outcome::forwarded ? "forwarded" : parse_answer(answer).head;
    };
    EXPECT_EQ(outcome("example.com", "10.208.0.2"), "REFUSED rd ra");
    EXPECT_EQ(outcome("out.slipway.internal", "10.208.0.2"), "NOERROR aa rd ra");
    EXPECT_EQ(outcome("no", "10.208.0.2"), "NXDOMAIN rd ra");
    EXPECT_EQ(outcome("example.com", "10.208.0.3"), "forwarded") << "its other network forwards";
    EXPECT_EQ(outcome("example.com", "10.208.0.4"), "REFUSED rd ra") << "neither does its other network";
}

TEST_F(Responding, AnswersByTcpWithoutTruncating)
{
    network_.add_many("many", 300);
    EXPECT_EQ(ask({"many.slipway.internal"})->head, "NOERROR aa tc rd ra");
    EXPECT_EQ(ask({"many.slipway.internal"}, client(Origin::member, "10.208.0.2", Transport::stream))
                  ->answer.size(),
              300U);
}

TEST_F(Responding, DoesNotMistakeOneKindOfAnswerForAnother)
{
    network_.add_many("many", 60);
    EXPECT_EQ(ask({"many.slipway.internal"})->answer.size(), 0U);
    EXPECT_EQ(ask({"many.slipway.internal", "A", Edns{1232}})->answer.size(), 60U);
    EXPECT_EQ(ask({"many.slipway.internal"})->answer.size(), 0U);
    EXPECT_EQ(ask({"many.slipway.internal", "A", Edns{1232, true}})->edns->wants_dnssec, true);
    EXPECT_EQ(ask({"many.slipway.internal", "A", Edns{1232, false}})->edns->wants_dnssec, false);
}

TEST_F(Responding, SurvivesMoreQuestionsThanItKeeps)
{
    network_.add_many("many", 60); // 1 kB
    for (unsigned round = 0; round < 10'000; ++round) {
        ASSERT_EQ(ask({"n" + std::to_string(round) + ".slipway.internal"})->head, "NXDOMAIN aa rd ra");
        std::string name = "many.slipway.internal";
        for (unsigned bit = 0; bit < 15; ++bit)
            if ((round >> bit & 1U) != 0 && name[bit] != '.')
                name[bit] = static_cast<char>(name[bit] - 'a' + 'A');
        const Answer answer = *ask({name, "A", Edns{1232}});
        ASSERT_EQ(answer.answer.size(), 60U);
        ASSERT_THAT(answer.question, ElementsAre(name + ". IN A"));
    }
}

TEST_F(Responding, ForwardsAndRemembers)
{
    resolver_.answer_datagrams([](const std::string& query) {
        return std::vector{answer_to(query, {{"example.com. 300 IN A 192.0.2.1"}, {}, {}})};
    });
    ASSERT_FALSE(ask({"example.com"}));
    std::optional<Answer> late;
    responder_.forward(*foreign_, client(Origin::member),
                       [&](std::string_view answer) { late = parse_answer(answer); });
    EXPECT_EQ(responder_.pending(), 1U);
    while (!late)
        loop_.run_once(UINT64_MAX);
    EXPECT_THAT(late->answer, ElementsAre("example.com. 300 IN A 192.0.2.1"));
    EXPECT_EQ(ask({"example.com"})->answer.size(), 1U);
    EXPECT_EQ(resolver_.datagrams().size(), 1U);
    EXPECT_EQ(responder_.pending(), 0U);
}

TEST_F(Responding, WaitsForSoManyAnswersAtOnceAndNoMore)
{
    unsigned refused = 0;
    const auto deliver = [&](std::string_view answer) {
        refused += parse_answer(answer).head == "SERVFAIL rd ra" ? 1U : 0U;
    };
    const auto ask_much = [&](const std::string& source, unsigned count) {
        for (unsigned number = 0; number < count; ++number) {
            ASSERT_FALSE(ask({"n" + std::to_string(number % 10) + ".example"}));
            responder_.forward(*foreign_, client(Origin::member, source), deliver);
        }
    };
    ask_much("10.208.0.2", 250);
    EXPECT_EQ(refused, 50U) << "one asker";
    ask_much("10.208.0.3", 200);
    EXPECT_EQ(refused, 50U) << "another one";
    for (unsigned asker = 4; asker < 10; ++asker)
        ask_much("10.208.0." + std::to_string(asker), 200);
    EXPECT_EQ(responder_.pending(), 1000U);
    EXPECT_EQ(refused, 50U + 600U);
}

} // namespace
} // namespace slipway::dns_server
