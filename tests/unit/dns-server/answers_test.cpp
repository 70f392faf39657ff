// SPDX-License-Identifier: LGPL-2.1-or-later
// What is answered to which question, for names that are ours.
#include "dns-server/local_answer.hpp"
#include "dns-server/response.hpp"
#include "network.hpp"
#include "packets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::dns_server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Texts = std::vector<std::string>;

constexpr const char* soa =
    "slipway.internal. 0 IN SOA slipway.internal. nobody.invalid. 1 3600 1200 604800 0";

class Answers : public ::testing::Test {
  protected:
    std::optional<Answer> ask(const Question& question, unsigned turn = 0) const
    {
        const std::optional<Query> query = parse_query(packet_of(question));
        const auto local = find_local_answer(network_.views(), *query, query->limit(), turn);
        return local ? std::optional{parse_answer(local->bytes)} : std::nullopt;
    }

    Network network_;
};

struct Row {
    const char* name;
    const char* type;
    const char* head;
    Texts answer;
    Texts authority;
};

void PrintTo(const Row& row, std::ostream* stream) // NOLINT: GoogleTest's name
{
    *stream << row.name << " " << row.type;
}

class OurAnswer : public Answers, public ::testing::WithParamInterface<Row> {};

TEST_P(OurAnswer, IsTheRightOne)
{
    const Row& row = GetParam();
    const std::optional<Answer> answer = ask({row.name, row.type});
    ASSERT_TRUE(answer) << "not ours";
    EXPECT_EQ(answer->head, row.head);
    EXPECT_EQ(answer->answer, row.answer);
    EXPECT_EQ(answer->authority, row.authority);
    EXPECT_EQ(answer->id, 4711);
    EXPECT_EQ(answer->question.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    There, OurAnswer,
    ::testing::Values(
        Row{"web.slipway.internal", "A", "NOERROR aa rd ra", {"web.slipway.internal. 0 IN A 10.208.0.2"}, {}},
        Row{"web.slipway.internal",
            "AAAA",
            "NOERROR aa rd ra",
            {"web.slipway.internal. 0 IN AAAA fd00:1::2"},
            {}},
        Row{"web.slipway.internal",
            "TXT",
            "NOERROR aa rd ra",
            {R"(web.slipway.internal. 0 IN TXT "version=1" "a b")"},
            {}},
        Row{"_80._tcp.web.slipway.internal",
            "SRV",
            "NOERROR aa rd ra",
            {"_80._tcp.web.slipway.internal. 0 IN SRV 0 0 80 web.slipway.internal."},
            {}},
        Row{"2.0.208.10.in-addr.arpa",
            "PTR",
            "NOERROR aa rd ra",
            {"2.0.208.10.in-addr.arpa. 0 IN PTR web.slipway.internal."},
            {}},
        Row{"2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.0.d.f.ip6.arpa",
            "PTR",
            "NOERROR aa rd ra",
            {"2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.0.d.f.ip6.arpa. 0 IN PTR "
             "web.slipway.internal."},
            {}},
        Row{"_services._dns-sd._udp.slipway.internal",
            "PTR",
            "NOERROR aa rd ra",
            {"_services._dns-sd._udp.slipway.internal. 0 IN PTR _http._tcp.slipway.internal."},
            {}},
        Row{"_http._tcp.slipway.internal",
            "PTR",
            "NOERROR aa rd ra",
            {R"(_http._tcp.slipway.internal. 0 IN PTR My\.web\032one._http._tcp.slipway.internal.)"},
            {}},
        Row{R"(My\.web\032one._http._tcp.slipway.internal)",
            "TXT",
            "NOERROR aa rd ra",
            {R"(My\.web\032one._http._tcp.slipway.internal. 0 IN TXT "")"},
            {}},
        Row{"web.slipway.internal",
            "ANY",
            "NOERROR aa rd ra",
            {R"(web.slipway.internal. 0 IN HINFO "RFC8482" "")"},
            {}},
        Row{"slipway.internal", "SOA", "NOERROR aa rd ra", {soa}, {}},
        Row{"slipway.internal",
            "NS",
            "NOERROR aa rd ra",
            {"slipway.internal. 0 IN NS slipway.internal."},
            {}},
        Row{"slipway.internal",
            "ANY",
            "NOERROR aa rd ra",
            {R"(slipway.internal. 0 IN HINFO "RFC8482" "")"},
            {}},
        Row{"0.208.10.in-addr.arpa",
            "SOA",
            "NOERROR aa rd ra",
            {"0.208.10.in-addr.arpa. 0 IN SOA 0.208.10.in-addr.arpa. nobody.invalid. 1 3600 1200 604800 0"},
            {}},
        Row{"web", "A", "NOERROR rd ra", {"web. 0 IN A 10.208.0.2"}, {}},
        Row{"localhost", "A", "NOERROR rd ra", {"localhost. 0 IN A 127.0.0.1"}, {}},
        Row{"a.localhost", "AAAA", "NOERROR rd ra", {"a.localhost. 0 IN AAAA ::1"}, {}}));

INSTANTIATE_TEST_SUITE_P(
    OfAnotherType, OurAnswer,
    ::testing::Values(
        Row{"web.slipway.internal", "MX", "NOERROR aa rd ra", {}, {soa}},
        Row{"all.slipway.internal", "AAAA", "NOERROR aa rd ra", {}, {soa}},
        Row{"slipway.internal", "A", "NOERROR aa rd ra", {}, {soa}},
        Row{"slipway.internal", "DS", "NOERROR aa rd ra", {}, {soa}},
        Row{"_tcp.web.slipway.internal", "SRV", "NOERROR aa rd ra", {}, {soa}},
        Row{"_tcp.web.slipway.internal", "ANY", "NOERROR aa rd ra", {}, {soa}},
        Row{"_dns-sd._udp.slipway.internal", "PTR", "NOERROR aa rd ra", {}, {soa}},
        Row{"0.208.10.in-addr.arpa",
            "PTR",
            "NOERROR aa rd ra",
            {},
            {"0.208.10.in-addr.arpa. 0 IN SOA 0.208.10.in-addr.arpa. nobody.invalid. 1 3600 1200 604800 0"}},
        Row{"web", "MX", "NOERROR rd ra", {}, {}}, Row{"localhost", "MX", "NOERROR rd ra", {}, {}}));

INSTANTIATE_TEST_SUITE_P(
    NotThere, OurAnswer,
    ::testing::Values(
        Row{"no.slipway.internal", "A", "NXDOMAIN aa rd ra", {}, {soa}},
        Row{"below.web.slipway.internal", "A", "NXDOMAIN aa rd ra", {}, {soa}},
        Row{"xweb.slipway.internal", "ANY", "NXDOMAIN aa rd ra", {}, {soa}},
        Row{"9.0.208.10.in-addr.arpa",
            "PTR",
            "NXDOMAIN aa rd ra",
            {},
            {"0.208.10.in-addr.arpa. 0 IN SOA 0.208.10.in-addr.arpa. nobody.invalid. 1 3600 1200 604800 0"}},
        Row{"7.15.208.10.in-addr.arpa",
            "PTR",
            "NXDOMAIN aa rd ra",
            {},
            {"15.208.10.in-addr.arpa. 0 IN SOA 15.208.10.in-addr.arpa. nobody.invalid. 1 3600 1200 604800 "
             "0"}},
        Row{"x.9.0.208.10.in-addr.arpa",
            "PTR",
            "NXDOMAIN aa rd ra",
            {},
            {"0.208.10.in-addr.arpa. 0 IN SOA 0.208.10.in-addr.arpa. nobody.invalid. 1 3600 1200 604800 0"}},
        Row{"nobody", "A", "NXDOMAIN rd ra", {}, {}}, Row{"nobody", "HTTPS", "NXDOMAIN rd ra", {}, {}},
        Row{"printer.local", "A", "NXDOMAIN rd ra", {}, {}}, Row{"local", "NS", "NXDOMAIN rd ra", {}, {}},
        Row{"a.b.invalid", "A", "NXDOMAIN rd ra", {}, {}}, Row{"x.onion", "A", "NXDOMAIN rd ra", {}, {}}));

TEST_F(Answers, AreNotForWhatTheHostsResolverKnows)
{
    for (const char* name : {"example.com", "internal", "other.internal", "xslipway.internal",
                             "slipway.internal.example", "0.16.208.10.in-addr.arpa", "208.10.in-addr.arpa",
                             "10.in-addr.arpa", "arpa", "a.test", ".", "1.0.0.0.0.0.d.f.ip6.arpa", "com"})
        EXPECT_FALSE(ask({name, "NS"})) << name;
}

TEST_F(Answers, KeepTheCapitalsOfTheQuestion)
{
    const Answer answer = *ask({"WeB.SLIPway.internal"});
    EXPECT_THAT(answer.question, ElementsAre("WeB.SLIPway.internal. IN A"));
    EXPECT_THAT(answer.answer, ElementsAre("WeB.SLIPway.internal. 0 IN A 10.208.0.2"));
}

TEST_F(Answers, BeginWithAnotherRecordEachTurn)
{
    for (unsigned turn = 0; turn < 6; ++turn) {
        const Answer answer = *ask({"all.slipway.internal"}, turn);
        Texts expected;
        for (unsigned step = 0; step < 3; ++step)
            expected.push_back("all.slipway.internal. 0 IN A 10.208.0." +
                               std::to_string(3 + (turn + step) % 3));
        EXPECT_EQ(answer.answer, expected) << turn;
    }
}

TEST_F(Answers, BringTheAddressesOfServers)
{
    const Answer answer = *ask({"_80._tcp.web.slipway.internal", "SRV"});
    EXPECT_THAT(answer.additional, UnorderedElementsAre("web.slipway.internal. 0 IN A 10.208.0.2",
                                                        "web.slipway.internal. 0 IN AAAA fd00:1::2"));
}

TEST_F(Answers, HaveEdnsForThoseWhoHaveIt)
{
    EXPECT_FALSE(ask({"web.slipway.internal"})->edns);
    const Answer answer = *ask({"web.slipway.internal", "A", Edns{4096, true}});
    ASSERT_TRUE(answer.edns);
    EXPECT_EQ(answer.edns->payload, 1232);
    EXPECT_TRUE(answer.edns->wants_dnssec);
    EXPECT_EQ(answer.head, "NOERROR aa rd ra");
}

TEST_F(Answers, AreTruncatedWhereTheyDoNotFit)
{
    network_.add_many("many", 60); // 16 bytes each
    const Answer plain = *ask({"many.slipway.internal"});
    EXPECT_EQ(plain.head, "NOERROR aa tc rd ra");
    EXPECT_THAT(plain.answer, IsEmpty());
    EXPECT_EQ(plain.question.size(), 1U);
    EXPECT_EQ(ask({"many.slipway.internal", "A", Edns{600}})->head, "NOERROR aa tc rd ra");
    EXPECT_EQ(ask({"many.slipway.internal", "A", Edns{1232}})->answer.size(), 60U);
    network_.add_many("many", 100);
    const Answer large = *ask({"many.slipway.internal", "A", Edns{65535}});
    EXPECT_EQ(large.head, "NOERROR aa tc rd ra");
    EXPECT_LE(large.size, 1232U);
}

TEST_F(Answers, LeaveOutAddressesOfServersRatherThanBeTruncated)
{
    network_.add_many("many", 60);
    network_.log.set("srv", {{"_1._tcp.slipway.internal", names::Service{"many.slipway.internal", 1}}});
    network_.view.refresh();
    const Answer answer = *ask({"_1._tcp.slipway.internal", "SRV"});
    EXPECT_EQ(answer.head, "NOERROR aa rd ra");
    EXPECT_EQ(answer.answer.size(), 1U);
    EXPECT_THAT(answer.additional, IsEmpty());
}

TEST_F(Answers, AreOneRecordWhereTwoOwnersSayTheSame)
{
    network_.log.set("1", {{"same.slipway.internal", address("10.208.0.9")}});
    network_.log.set("2", {{"SAME.slipway.internal", address("10.208.0.9")}});
    network_.view.refresh();
    EXPECT_EQ(ask({"same.slipway.internal"})->answer.size(), 1U);
    network_.log.unset("1");
    network_.view.refresh();
    EXPECT_EQ(ask({"same.slipway.internal"})->answer.size(), 1U);
    network_.log.unset("2");
    network_.view.refresh();
    EXPECT_EQ(ask({"same.slipway.internal"})->head, "NXDOMAIN aa rd ra");
}

TEST_F(Answers, FollowEveryChange)
{
    network_.log.set("web", {{"a.web.slipway.internal", address("10.208.0.9")}});
    network_.view.refresh();
    EXPECT_EQ(ask({"web.slipway.internal"})->head, "NOERROR aa rd ra"); // something is below it
    EXPECT_EQ(ask({"_80._tcp.web.slipway.internal", "SRV"})->head, "NXDOMAIN aa rd ra");
    EXPECT_EQ(ask({"_tcp.web.slipway.internal"})->head, "NXDOMAIN aa rd ra"); // nothing is below it any more
    network_.log.unset("web");
    network_.view.refresh();
    EXPECT_EQ(ask({"web.slipway.internal"})->head, "NXDOMAIN aa rd ra");
    EXPECT_EQ(ask({"2.0.208.10.in-addr.arpa", "PTR"})->head, "NXDOMAIN aa rd ra");
}

TEST_F(Answers, LeaveOutWhatIsNoName)
{
    network_.log.set("bad", {{"a..b", address("10.208.0.9")},
                             {std::string(64, 'x') + ".slipway.internal", address("10.208.0.9")},
                             {"good.slipway.internal", address("10.208.0.9")}});
    network_.view.refresh();
    EXPECT_EQ(ask({"good.slipway.internal"})->answer.size(), 1U);
}

TEST_F(Answers, RefuseWhatIsNoQuestionForAName)
{
    EXPECT_EQ(ask({"web.slipway.internal", "A", std::nullopt, LDNS_RD, 1, LDNS_RR_CLASS_CH})->head,
              "REFUSED rd ra");
    EXPECT_EQ(ask({"version.bind", "TXT", std::nullopt, 0, 1, LDNS_RR_CLASS_CH})->head, "REFUSED ra");
    EXPECT_EQ(ask({"web.slipway.internal", "A", std::nullopt, LDNS_RD, 1, LDNS_RR_CLASS_ANY})->head,
              "REFUSED rd ra");
    for (const char* type : {"AXFR", "IXFR", "OPT", "TSIG", "TYPE0", "MAILB"})
        EXPECT_EQ(ask({"example.com", type})->head, "REFUSED rd ra") << type;
}

TEST_F(Answers, SayThatAnotherVersionOfEdnsIsNotKnown)
{
    std::string packet = packet_of({"web.slipway.internal", "A", Edns{1232}});
    packet[packet.size() - 5] = 1; // the version, behind the extended code
    const std::optional<Query> query = parse_query(packet);
    const Answer answer = parse_answer(find_local_answer(network_.views(), *query, 512, 0)->bytes);
    EXPECT_EQ(answer.extended_code, bad_version);
    EXPECT_TRUE(answer.edns);
    EXPECT_THAT(answer.answer, IsEmpty());
}

} // namespace
} // namespace slipway::dns_server
