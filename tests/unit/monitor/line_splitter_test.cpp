// SPDX-License-Identifier: LGPL-2.1-or-later
// LineSplitter: borders of lines, of pieces and of reads.
#include "monitor/line_splitter.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace slipway::monitor {
namespace {

struct Piece {
    std::string text;
    bool terminated;
    std::string id;
    unsigned ordinal;
    bool last;
};

class Splitting {
  public:
    void feed(std::string_view input)
    {
        while (const std::optional<Line> line = splitter_.next(input))
            keep(*line);
        EXPECT_TRUE(input.empty());
    }
    void finish()
    {
        if (const std::optional<Line> line = splitter_.finish(); line)
            keep(*line);
        EXPECT_FALSE(splitter_.finish());
    }
    std::string rejoined() const
    {
        std::string bytes;
        for (const Piece& piece : pieces)
            bytes += piece.text + (piece.terminated ? "\n" : "");
        return bytes;
    }

    std::vector<Piece> pieces;

  private:
    void keep(const Line& line)
    {
        pieces.push_back(
            {std::string{line.text}, line.terminated, std::string{line.partial_id}, line.ordinal, line.last});
    }

    LineSplitter splitter_;
};

TEST(LineSplitter, GivesEachLineOfOneRead)
{
    Splitting splitting;
    splitting.feed("one\n\ntwo\n");
    ASSERT_EQ(splitting.pieces.size(), 3U);
    EXPECT_EQ(splitting.pieces[0].text, "one");
    EXPECT_EQ(splitting.pieces[1].text, "");
    EXPECT_EQ(splitting.pieces[2].text, "two");
    for (const Piece& piece : splitting.pieces) {
        EXPECT_TRUE(piece.terminated);
        EXPECT_TRUE(piece.last);
        EXPECT_EQ(piece.id, "");
        EXPECT_EQ(piece.ordinal, 0U);
    }
    splitting.finish();
    EXPECT_EQ(splitting.pieces.size(), 3U);
}

TEST(LineSplitter, JoinsALineThatCameInManyReads)
{
    Splitting splitting;
    for (const char c : std::string{"slow\nlines\n"})
        splitting.feed({&c, 1});
    ASSERT_EQ(splitting.pieces.size(), 2U);
    EXPECT_EQ(splitting.pieces[0].text, "slow");
    EXPECT_EQ(splitting.pieces[1].text, "lines");
}

TEST(LineSplitter, KeepsBytesThatAreNotText)
{
    const std::string odd{"\0a\xff\xfe\r\x1b\n\0\n", 9};
    Splitting splitting;
    splitting.feed(odd);
    ASSERT_EQ(splitting.pieces.size(), 2U);
    EXPECT_EQ(splitting.pieces[0].text, (std::string{"\0a\xff\xfe\r\x1b", 6}));
    EXPECT_EQ(splitting.pieces[1].text, (std::string{"\0", 1}));
}

TEST(LineSplitter, KeepsTheCarriageReturnOfAPipe)
{
    Splitting splitting;
    splitting.feed("dos\r\n");
    EXPECT_EQ(splitting.pieces.at(0).text, "dos\r");
}

TEST(LineSplitter, TakesALineOfExactlyTheLimitAsOne)
{
    const std::string line(LineSplitter::limit, 'x');
    for (const std::size_t first_read : {std::size_t{1}, line.size() - 1, line.size(), line.size() + 1}) {
        const std::string input = line + "\n";
        Splitting splitting;
        splitting.feed(std::string_view{input}.substr(0, first_read));
        splitting.feed(std::string_view{input}.substr(first_read));
        ASSERT_EQ(splitting.pieces.size(), 1U) << first_read;
        EXPECT_EQ(splitting.pieces[0].text, line);
        EXPECT_TRUE(splitting.pieces[0].terminated);
        EXPECT_EQ(splitting.pieces[0].id, "");
    }
}

TEST(LineSplitter, NumbersThePiecesOfALongLine)
{
    const std::string line(2 * LineSplitter::limit + 1, 'x');
    Splitting splitting;
    splitting.feed(line + "\nshort\n");
    ASSERT_EQ(splitting.pieces.size(), 4U);
    for (unsigned i = 0; i < 3; ++i) {
        EXPECT_EQ(splitting.pieces[i].ordinal, i + 1);
        EXPECT_EQ(splitting.pieces[i].id, splitting.pieces[0].id);
        EXPECT_EQ(splitting.pieces[i].id.size(), 64U);
        EXPECT_EQ(splitting.pieces[i].terminated, i == 2);
        EXPECT_EQ(splitting.pieces[i].last, i == 2);
    }
    EXPECT_EQ(splitting.pieces[0].text.size(), LineSplitter::limit);
    EXPECT_EQ(splitting.pieces[2].text, "x");
    EXPECT_EQ(splitting.pieces[3].id, "");
    EXPECT_EQ(splitting.rejoined(), line + "\nshort\n");
}

TEST(LineSplitter, GivesEachLongLineAnIdentifierOfItsOwn)
{
    const std::string line = std::string(LineSplitter::limit + 1, 'x') + "\n";
    Splitting splitting;
    splitting.feed(line + line);
    ASSERT_EQ(splitting.pieces.size(), 4U);
    EXPECT_EQ(splitting.pieces[2].ordinal, 1U);
    EXPECT_NE(splitting.pieces[0].id, splitting.pieces[2].id);
}

TEST(LineSplitter, MarksALastLineWithoutNewline)
{
    Splitting splitting;
    splitting.feed("done\nprompt> ");
    splitting.finish();
    ASSERT_EQ(splitting.pieces.size(), 2U);
    EXPECT_EQ(splitting.pieces[1].text, "prompt> ");
    EXPECT_FALSE(splitting.pieces[1].terminated);
    EXPECT_TRUE(splitting.pieces[1].last);
    EXPECT_EQ(splitting.pieces[1].ordinal, 1U);
    EXPECT_EQ(splitting.pieces[1].id.size(), 64U);
}

TEST(LineSplitter, EndsALongLineThatHasNoNewline)
{
    const std::string line(LineSplitter::limit + 10, 'x');
    Splitting splitting;
    splitting.feed(line);
    splitting.finish();
    ASSERT_EQ(splitting.pieces.size(), 2U);
    EXPECT_EQ(splitting.pieces[1].ordinal, 2U);
    EXPECT_TRUE(splitting.pieces[1].last);
    EXPECT_FALSE(splitting.pieces[1].terminated);
    EXPECT_EQ(splitting.rejoined(), line);
}

// Lines of all lengths around the limit, read in pieces of several sizes, give back the bytes.
TEST(LineSplitter, LosesNoByteAtAnyBorder)
{
    std::string input;
    for (const std::size_t length : {0, 1, 16383, 16384, 16385, 32767, 32768, 32769, 3})
        input += std::string(length, static_cast<char>('a' + length % 7)) + "\n";
    input += "the end";
    for (const std::size_t read : {1, 7, 4096, 16383, 16384, 16385, 65536}) {
        Splitting splitting;
        for (std::size_t at = 0; at < input.size(); at += read)
            splitting.feed(std::string_view{input}.substr(at, read));
        splitting.finish();
        EXPECT_EQ(splitting.rejoined(), input) << read;
        for (const Piece& piece : splitting.pieces)
            EXPECT_LE(piece.text.size(), LineSplitter::limit);
    }
}

} // namespace
} // namespace slipway::monitor
