// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of entries: made plain, or refused.
#include "base/failure.hpp"
#include "transfer/entry_name.hpp"

#include <gtest/gtest.h>

namespace slipway::transfer {
namespace {

ErrorCode refusal_of(std::string_view name)
{
    try {
        checked_name(name);
    } catch (const Failure& failure) {
        return failure.code();
    }
    return ErrorCode::internal;
}

TEST(AnEntrysName, IsMadePlain)
{
    EXPECT_EQ(checked_name("./usr//bin/"), "usr/bin");
    EXPECT_EQ(checked_name("./"), "");
    EXPECT_EQ(checked_name("a/./b"), "a/b");
    EXPECT_EQ(checked_name("..a/b.."), "..a/b..");
}

TEST(AnEntrysName, ThatLeavesTheRootIsHostile)
{
    for (const char* name : {"/etc/passwd", "../x", "a/../../x", "a/..", ".."})
        EXPECT_EQ(refusal_of(name), ErrorCode::hostile_archive) << name;
    EXPECT_EQ(refusal_of(std::string(5000, 'a')), ErrorCode::hostile_archive);
    EXPECT_EQ(refusal_of(""), ErrorCode::unreadable_archive);
}

TEST(AnEntrysName, IsShownOnOneLine)
{
    const std::string shown = in_quotes("a\nb\x1b[2J\xff");
    EXPECT_EQ(shown.find('\n'), std::string::npos);
    EXPECT_EQ(shown.find('\x1b'), std::string::npos);
    EXPECT_NE(shown.find("\\xff"), std::string::npos);
    EXPECT_LT(in_quotes(std::string(5000, 'a')).size(), 1000U);
}

} // namespace
} // namespace slipway::transfer
