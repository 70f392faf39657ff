// SPDX-License-Identifier: LGPL-2.1-or-later
// Packets that nobody would send but to do harm.
#include "dns-server/local_answer.hpp"
#include "dns-server/reply.hpp"
#include "network.hpp"
#include "packets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::dns_server {
namespace {

using namespace std::string_literals;

// A header with these counts, and what follows.
std::string packet(const std::string& body, std::uint8_t questions = 1, std::uint8_t answers = 0,
                   std::uint8_t additional = 0, std::uint8_t flags = 1)
{
    std::string head = "\x12\x34"s;
    head += static_cast<char>(flags);
    head += "\0\0"s;
    head += static_cast<char>(questions);
    head += "\0"s;
    head += static_cast<char>(answers);
    head += "\0\0\0"s;
    head += static_cast<char>(additional);
    return head + body;
}

const std::string in_a = "\0\1\0\1"s;

class AHostilePacket : public ::testing::Test {
  protected:
    // The code that it is answered with; nothing where it is not.
    std::optional<std::string> answer(const std::string& bytes) const
    {
        const std::optional<Query> query = parse_query(bytes);
        if (!query)
            return std::nullopt;
        const auto local = find_local_answer(network_.views(), *query, query->limit(), 0);
        return local ? parse_answer(local->bytes).head : "forwarded";
    }

    Network network_;
};

TEST_F(AHostilePacket, IsNotAnsweredIfItHasNoHeader)
{
    const std::string whole = packet("\3web\0"s + in_a);
    for (std::size_t size = 0; size < header_size; ++size)
        EXPECT_FALSE(answer(whole.substr(0, size)));
}

TEST_F(AHostilePacket, IsNotAnsweredIfItIsAnAnswer)
{
    EXPECT_FALSE(answer(packet("\3web\0"s + in_a, 1, 0, 0, 0x81)));
}

TEST_F(AHostilePacket, IsAFormErrorWhereverItIsCutOff)
{
    const std::string whole = packet_of({"web.slipway.internal", "A", Edns{1232}});
    ASSERT_EQ(answer(whole), "NOERROR aa rd ra");
    for (std::size_t size = header_size; size < whole.size(); ++size)
        EXPECT_EQ(answer(whole.substr(0, size)), "FORMERR rd ra") << size;
}

TEST_F(AHostilePacket, IsAFormErrorIfItsNameGoesRoundInCircles)
{
    EXPECT_EQ(answer(packet("\xc0\x0c"s + in_a)), "FORMERR rd ra");
    EXPECT_EQ(answer(packet("\1a\xc0\x0c"s + in_a)), "FORMERR rd ra");
    EXPECT_EQ(answer(packet("\xc0\x0e\xc0\x0c"s + in_a)), "FORMERR rd ra");
    EXPECT_EQ(answer(packet("\xc0\xff"s + in_a)), "FORMERR rd ra");
    EXPECT_EQ(answer(packet("\xc0"s)), "FORMERR rd ra");
}

TEST_F(AHostilePacket, IsAFormErrorIfItsNameIsTooLong)
{
    std::string longest;
    for (unsigned label = 0; label < 4; ++label)
        longest += "\x3f"s + std::string(label < 3 ? 63 : 61, 'x');
    longest[192] = 61;
    EXPECT_EQ(answer(packet(longest + "\0"s + in_a)), "forwarded"); // 255 bytes
    EXPECT_EQ(answer(packet("\1x"s + longest + "\0"s + in_a)), "FORMERR rd ra");
    EXPECT_EQ(answer(packet("\x40"s + std::string(64, 'x') + "\0"s + in_a)), "FORMERR rd ra");
    EXPECT_EQ(answer(packet("\x80"s + std::string(128, 'x') + "\0"s + in_a)), "FORMERR rd ra");
}

TEST_F(AHostilePacket, IsAFormErrorIfItsCountsAreNoQuestions)
{
    const std::string question = "\3web\0"s + in_a;
    EXPECT_EQ(answer(packet("", 0)), "FORMERR rd ra");
    EXPECT_EQ(answer(packet(question + question, 2)), "FORMERR rd ra");
    EXPECT_EQ(answer(packet(question, 255)), "FORMERR rd ra");
    EXPECT_EQ(answer(packet(question, 1, 255)), "FORMERR rd ra");
    EXPECT_EQ(answer(packet(question, 1, 0, 255)), "FORMERR rd ra");
    EXPECT_EQ(answer(packet(question, 1, 0, 1)), "FORMERR rd ra");
    const std::string opt = "\0\0\x29\x04\xd0\0\0\0\0\0\0"s;
    EXPECT_EQ(answer(packet(question + opt, 1, 0, 1)), "NOERROR rd ra");
    EXPECT_EQ(answer(packet(question + opt + opt, 1, 0, 2)), "FORMERR rd ra");
}

TEST_F(AHostilePacket, WithSeveralSignaturesIsNoPacket)
{
    const std::string question = "\3web\0"s + in_a;
    const std::string signature = "\0\0\xfa\0\xff\0\0\0\0\0\0"s;
    EXPECT_EQ(answer(packet(question + signature, 1, 0, 1)), "NOERROR rd ra");
    EXPECT_EQ(answer(packet(question + signature + signature, 1, 0, 2)), "FORMERR rd ra");
    // Behind a record whose name is a compressed one, in what the host's resolver says.
    const std::string record = "\xc0\x0c\0\1\0\1\0\0\0\0\0\4abcd"s;
    constexpr std::uint8_t is_answer = 0x80;
    EXPECT_TRUE(parse_reply(packet(question + record + signature, 1, 1, 1, is_answer), {}));
    EXPECT_FALSE(parse_reply(packet(question + record + signature + signature, 1, 1, 2, is_answer), {}));
}

TEST_F(AHostilePacket, IsToldThatOtherDeedsAreNotDone)
{
    for (unsigned opcode = 1; opcode < 16; ++opcode) {
        const std::string bytes = packet("", 0, 0, 0, static_cast<std::uint8_t>(opcode << 3U));
        const std::optional<Query> query = parse_query(bytes);
        ASSERT_TRUE(query);
        EXPECT_EQ(query->verdict, LDNS_RCODE_NOTIMPL);
        EXPECT_EQ(static_cast<unsigned>(query->opcode), opcode);
        EXPECT_EQ(find_local_answer(network_.views(), *query, 512, 0)->bytes.size(), header_size);
    }
}

TEST_F(AHostilePacket, IsNeverAnsweredByMoreThanAnAnswerMayHave)
{
    network_.add_many("many", 300);
    for (const unsigned payload : {0U, 1U, 511U, 512U, 1232U, 4096U, 65535U}) {
        const std::string question =
            packet_of({"many.slipway.internal", "A", Edns{static_cast<std::uint16_t>(payload)}});
        const std::optional<Query> query = parse_query(question);
        EXPECT_LE(find_local_answer(network_.views(), *query, query->limit(), 0)->bytes.size(),
                  std::max(512U, std::min(payload, 1232U)));
    }
}

TEST_F(AHostilePacket, IsNoReplyEither)
{
    const std::string question = "\3web\0"s + in_a;
    const std::string header = packet(question, 1, 1, 0, 0x81);
    EXPECT_FALSE(parse_reply("", Clock::now()));
    EXPECT_FALSE(parse_reply(header, Clock::now())); // no answer in it
    EXPECT_FALSE(parse_reply(header + "\xc0\x15"s + in_a + "\0\0\0\1\0\4\1\2\3\4"s, Clock::now())); // a loop
    EXPECT_FALSE(
        parse_reply(header + "\xc0\x0c"s + in_a + "\0\0\0\1\0\x40\1\2\3\4"s, Clock::now())); // too short
    EXPECT_FALSE(
        parse_reply(header + "\xc0\x0c"s + in_a + "\0\0\0\1\0\3\1\2\3"s, Clock::now())); // no address
    EXPECT_TRUE(parse_reply(header + "\xc0\x0c"s + in_a + "\0\0\0\1\0\4\1\2\3\4"s, Clock::now()));
    EXPECT_FALSE(parse_reply(packet(question, 1), Clock::now())); // a question
}

} // namespace
} // namespace slipway::dns_server
