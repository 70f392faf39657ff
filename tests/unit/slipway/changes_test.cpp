// SPDX-License-Identifier: LGPL-2.1-or-later
// Changes as they are printed.
#include "base/failure.hpp"
#include "slipway/changes.hpp"

#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view list = "C /etc\0A /etc/a b\nc\0D /x\0"sv;

TEST(Changes, AreLines)
{
    EXPECT_EQ(changes_text(list, Names::raw), "C /etc\nA /etc/a b\nc\nD /x\n");
    EXPECT_EQ(changes_text(list, Names::visible), "C /etc\nA /etc/a b\\nc\nD /x\n");
    EXPECT_EQ(changes_text({}, Names::raw), "");
}

TEST(Changes, AreWhatDockersApiHas)
{
    EXPECT_EQ(changes_json("A /a\0"sv),
              "[\n    {\n        \"Path\": \"/a\",\n        \"Kind\": 1\n    }\n]\n");
    EXPECT_EQ(changes_json({}), "[]\n");
}

TEST(Changes, AreRefusedWhereTheyAreNone)
{
    for (const std::string_view text : {"X /a\0"sv, "A /a"sv, "A\0"sv, "A a\0"sv, "\0"sv})
        EXPECT_THROW(changes_text(text, Names::raw), Failure) << text;
}

} // namespace
} // namespace slipway::cli
