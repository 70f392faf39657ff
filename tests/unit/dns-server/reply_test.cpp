// SPDX-License-Identifier: LGPL-2.1-or-later
// What the host's resolver said: recognized, told on, kept as long as it holds.
#include "dns-server/cache.hpp"
#include "dns-server/enquiry.hpp"
#include "dns-server/reply.hpp"
#include "packets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace slipway::dns_server {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Clock::time_point begin{};

std::string query_of(const std::string& name, const std::string& type = "A")
{
    return packet_of({name, type, Edns{1232}});
}

Reply reply(const Said& said, const std::string& name = "a.example")
{
    return parse_reply(answer_to(query_of(name), said), begin).value();
}

Answer told(const Reply& what, const Question& question, seconds age = seconds{0}, std::size_t limit = 512)
{
    return parse_answer(tell_on(what, *parse_query(packet_of(question)), begin + age, limit));
}

TEST(TheReply, IsToldOnToWhoeverAsked)
{
    Said said{{"a.example. 300 IN CNAME b.example.", "b.example. 60 IN A 192.0.2.1"}, {}, {}};
    const Answer answer = told(reply(said), {"A.exAMPle", "A", std::nullopt, LDNS_RD, 77});
    EXPECT_EQ(answer.id, 77);
    EXPECT_EQ(answer.head, "NOERROR rd ra");
    EXPECT_THAT(answer.question, ElementsAre("A.exAMPle. IN A"));
    EXPECT_THAT(answer.answer,
                ElementsAre("A.exAMPle. 300 IN CNAME b.exAMPle.", "b.exAMPle. 60 IN A 192.0.2.1"));
    EXPECT_FALSE(answer.edns);
}

TEST(TheReply, CountsItsTimesDown)
{
    const Said said{{"a.example. 300 IN A 192.0.2.1"},
                    {"example. 60 IN NS ns.example."},
                    {"ns.example. 10 IN A 192.0.2.2"}};
    const Answer answer = told(reply(said), {"a.example"}, seconds{20});
    EXPECT_THAT(answer.answer, ElementsAre("a.example. 280 IN A 192.0.2.1"));
    EXPECT_THAT(answer.authority, ElementsAre("example. 40 IN NS ns.example."));
    EXPECT_THAT(answer.additional, ElementsAre("ns.example. 0 IN A 192.0.2.2"));
}

TEST(TheReply, HasEdnsOfOurOwnForThoseWhoHaveIt)
{
    const Reply what = reply({{"a.example. 300 IN A 192.0.2.1"}, {}, {}});
    const Answer answer = told(what, {"a.example", "A", Edns{1400, true}});
    ASSERT_TRUE(answer.edns);
    EXPECT_EQ(answer.edns->payload, 1232);
    EXPECT_TRUE(answer.edns->wants_dnssec);
    EXPECT_THAT(answer.additional, IsEmpty());
    EXPECT_FALSE(told(what, {"a.example"}).edns);
}

TEST(TheReply, IsAuthenticOnlyIfTheResolverSaysSoAndItWasAsked)
{
    Said said{{"a.example. 300 IN A 192.0.2.1"}, {}, {}};
    EXPECT_EQ(told(reply(said), {"a.example", "A", Edns{1232, true}}).head, "NOERROR rd ra");
    said.is_authentic = true;
    EXPECT_EQ(told(reply(said), {"a.example", "A", Edns{1232, true}}).head, "NOERROR rd ra ad");
    EXPECT_EQ(told(reply(said), {"a.example", "A", std::nullopt, LDNS_RD | LDNS_AD}).head,
              "NOERROR rd ra ad");
    EXPECT_EQ(told(reply(said), {"a.example"}).head, "NOERROR rd ra");
    EXPECT_EQ(told(reply(said), {"a.example", "A", std::nullopt, LDNS_CD}).head, "NOERROR ra cd");
}

TEST(TheReply, IsTruncatedWhereItDoesNotFit)
{
    Said said;
    for (unsigned number = 0; number < 60; ++number)
        said.answer.push_back("a.example. 300 IN A 192.0.2." + std::to_string(number));
    const Answer answer = told(reply(said), {"a.example"});
    EXPECT_EQ(answer.head, "NOERROR tc rd ra");
    EXPECT_THAT(answer.answer, IsEmpty());
    EXPECT_EQ(told(reply(said), {"a.example"}, seconds{0}, 1232).answer.size(), 60U);
}

TEST(TheReply, IsKeptAsLongAsItsShortestTime)
{
    EXPECT_EQ(reply({{"a.example. 300 IN A 192.0.2.1", "a.example. 200 IN A 192.0.2.2"}, {}, {}}).lifetime,
              seconds{200});
    EXPECT_EQ(reply({{"a.example. 300 IN A 192.0.2.1"}, {"example. 100 IN NS ns.example."}, {}}).lifetime,
              seconds{100});
    EXPECT_EQ(reply({{"a.example. 86400 IN A 192.0.2.1"}, {}, {}}).lifetime, seconds{3600});
    EXPECT_EQ(reply({{"a.example. 0 IN A 192.0.2.1"}, {}, {}}).lifetime, seconds{0});
    EXPECT_EQ(reply({{"a.example. 4294967295 IN A 192.0.2.1"}, {}, {}}).lifetime, seconds{0});
}

TEST(TheReply, ThatSomethingIsNotThereIsKeptAsLongAsItsZoneSays)
{
    const std::string theirs = "example. 900 IN SOA ns.example. mail.example. 1 2 3 4 ";
    EXPECT_EQ(reply({{}, {theirs + "60"}, {}, LDNS_RCODE_NXDOMAIN}).lifetime, seconds{60});
    EXPECT_EQ(reply({{}, {theirs + "60"}, {}}).lifetime, seconds{60});
    EXPECT_EQ(reply({{}, {theirs + "6000"}, {}}).lifetime, seconds{900});
    EXPECT_EQ(reply({{}, {}, {}, LDNS_RCODE_NXDOMAIN}).lifetime, seconds{0});
    EXPECT_EQ(reply({{}, {}, {}}).lifetime, seconds{0});
    EXPECT_EQ(reply({{}, {theirs + "60"}, {}, LDNS_RCODE_SERVFAIL}).lifetime, seconds{0});
}

TEST(TheReply, IsRecognizedByItsIdAndItsQuestion)
{
    const std::string sent = compose_enquiry(Enquiry{*parse_query(query_of("www.a-long-name.example"))});
    const std::string good = answer_to(sent, {{"www.a-long-name.example. 1 IN A 192.0.2.1"}, {}, {}});
    EXPECT_EQ(match_answer(sent, good), Match::exact);
    std::string other = good;
    other[0] = static_cast<char>(~other[0]);
    EXPECT_EQ(match_answer(sent, other), Match::none) << "the ID";
    other = good;
    other[header_size + 1] = static_cast<char>(other[header_size + 1] ^ 0x20);
    EXPECT_EQ(match_answer(sent, other), Match::other_case);
    other[header_size + 1] = 'x';
    EXPECT_EQ(match_answer(sent, other), Match::none) << "the name";
    other = good;
    other[header_size + 25 + 1] = 28;
    EXPECT_EQ(match_answer(sent, other), Match::none) << "the type";
    EXPECT_EQ(match_answer(sent, sent), Match::none) << "a question";
    EXPECT_EQ(match_answer(sent, good.substr(0, 20)), Match::none);
    EXPECT_EQ(match_answer(sent, ""), Match::none);
}

TEST(AnEnquiry, HasAnIdAndCapitalsThatNobodyKnows)
{
    const Enquiry enquiry{*parse_query(query_of("www.a-long-name.example"))};
    std::set<std::string> ids;
    std::set<std::string> names;
    for (unsigned round = 0; round < 100; ++round) {
        const std::string bytes = compose_enquiry(enquiry);
        ids.insert(bytes.substr(0, 2));
        names.insert(bytes.substr(header_size, 25));
        EXPECT_EQ(parse_query(bytes)->name, enquiry.name);
    }
    EXPECT_GT(ids.size(), 90U);
    EXPECT_GT(names.size(), 90U);
}

TEST(AnEnquiry, AsksForWhatTheAskerWants)
{
    Question question{"a.example", "MX", Edns{512, true}};
    question.flags = LDNS_RD | LDNS_CD;
    const std::optional<Query> sent =
        parse_query(compose_enquiry(Enquiry{*parse_query(packet_of(question))}));
    EXPECT_EQ(sent->type, LDNS_RR_TYPE_MX);
    EXPECT_TRUE(sent->wants_recursion && sent->disables_checking && sent->edns->wants_dnssec &&
                sent->wants_authentic);
    EXPECT_EQ(sent->edns->payload, 1232);
    const std::optional<Query> plain =
        parse_query(compose_enquiry(Enquiry{*parse_query(packet_of({"a.example"}))}));
    EXPECT_FALSE(plain->disables_checking || plain->edns->wants_dnssec);
}

ReplyRef lasting(unsigned lifetime, std::size_t size = 100)
{
    Reply what;
    what.bytes.resize(size);
    what.lifetime = seconds{lifetime};
    what.came = begin;
    return std::make_shared<const Reply>(std::move(what));
}

TEST(TheCache, KeepsWhatHoldsAndNoLonger)
{
    Cache cache;
    cache.keep("a", lasting(10));
    cache.keep("b", lasting(0));
    EXPECT_TRUE(cache.find("a", begin + seconds{9}));
    EXPECT_FALSE(cache.find("b", begin));
    EXPECT_FALSE(cache.find("a", begin + seconds{10}));
    EXPECT_EQ(cache.size(), 0U);
    EXPECT_EQ(cache.bytes(), 0U);
}

TEST(TheCache, LetsGoOfWhatWasNotAskedForLongest)
{
    Cache cache;
    for (std::size_t number = 0; number < Cache::entry_limit; ++number)
        cache.keep(std::to_string(number), lasting(10));
    EXPECT_TRUE(cache.find("0", begin));
    cache.keep("more", lasting(10));
    EXPECT_EQ(cache.size(), Cache::entry_limit);
    EXPECT_TRUE(cache.find("0", begin));
    EXPECT_FALSE(cache.find("1", begin));
    EXPECT_TRUE(cache.find("2", begin));
}

TEST(TheCache, IsBoundedInBytesToo)
{
    Cache cache;
    for (unsigned number = 0; number < 300; ++number)
        cache.keep(std::to_string(number), lasting(10, 60'000));
    EXPECT_LE(cache.bytes(), Cache::byte_limit);
    EXPECT_GT(cache.size(), 50U);
    EXPECT_TRUE(cache.find("299", begin));
    cache.keep("large", lasting(10, Cache::byte_limit));
    EXPECT_FALSE(cache.find("large", begin));
    cache.keep("299", lasting(0));
    EXPECT_FALSE(cache.find("299", begin));
}

} // namespace
} // namespace slipway::dns_server
