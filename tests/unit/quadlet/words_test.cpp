// SPDX-License-Identifier: LGPL-2.1-or-later
// Words of unit files: quotes, escapes, and back.
#include "quadlet/words.hpp"

#include <gtest/gtest.h>

namespace slipway::quadlet {
namespace {

using List = std::vector<std::string>;

List words(const std::string& text)
{
    return split_words(text).value();
}

TEST(Words, ArePartedByBlanksAndHeldByQuotes)
{
    EXPECT_EQ(words(""), List{});
    EXPECT_EQ(words("  a\tb  "), (List{"a", "b"}));
    EXPECT_EQ(words(R"("a b" 'c d' e"f g"h)"), (List{"a b", "c d", "ef gh"}));
    EXPECT_EQ(words(R"("" '')"), (List{"", ""}));
    EXPECT_EQ(words(R"("it's" 'a "b"')"), (List{"it's", "a \"b\""}));
}

TEST(Words, HaveTheEscapesOfC)
{
    EXPECT_EQ(words(R"(a\sb \x41\102 \u00e9 \U0001F600 \t\n\\\"\')"),
              (List{"a b", "AB", "\u00e9", "\U0001F600", "\t\n\\\"'"}));
    EXPECT_EQ(words(R"('\'' x\ )"), (List{"'", "x\\ "}));
}

TEST(Words, KeepWhatIsNoEscape)
{
    EXPECT_EQ(words(R"(\. \xZZ \u12 \000 \ud800 \q)"),
              (List{"\\.", "\\xZZ", "\\u12", "\\000", "\\ud800", "\\q"}));
    EXPECT_EQ(words("a\\"), List{"a\\"});
}

TEST(Words, AreRefusedWithAnOpenQuote)
{
    for (const char* const text : {"\"a", "b 'c d", "\"a\\\""}) {
        const auto split = split_words(text);
        ASSERT_FALSE(split) << text;
        EXPECT_NE(split.failure().message().find("is not closed"), std::string::npos);
    }
}

TEST(Words, AreWrittenSoThatTheyAreReadBack)
{
    for (const std::string& word : {std::string{"plain"}, std::string{}, std::string{"a b"},
                                    std::string{"\"'\\"}, std::string{"\n\t\x01\x7f"}, std::string{";"},
                                    std::string{"$HOME%n"}, std::string{"\u00e9\xff"}, std::string{"x;y"}})
    {
        SCOPED_TRACE(word);
        EXPECT_EQ(words(quote_word(word)), List{word});
        EXPECT_EQ(words(quote_word(word) + " " + quote_word(word)), (List{word, word}));
    }
    EXPECT_EQ(quote_word("plain"), "plain");
    EXPECT_EQ(quote_word(";"), "\";\""); // alone it parts commands
    EXPECT_EQ(quote_word("%i"), "%i");
}

TEST(Truths, AreThoseOfSystemd)
{
    for (const char* const word : {"1", "yes", "TRUE", "On", "y", "t"})
        EXPECT_EQ(parse_truth(word), true) << word;
    for (const char* const word : {"0", "no", "False", "off", "n", "f"})
        EXPECT_EQ(parse_truth(word), false) << word;
    EXPECT_FALSE(parse_truth("maybe"));
    EXPECT_FALSE(parse_truth(""));
}

TEST(Values, LoseOnePairOfQuotes)
{
    EXPECT_EQ(unquoted("\"a b\""), "a b");
    EXPECT_EQ(unquoted("\""), "\"");
    EXPECT_EQ(unquoted("a\"b\""), "a\"b\"");
    EXPECT_EQ(without_specifiers("50%n"), "50%%n");
}

} // namespace
} // namespace slipway::quadlet
