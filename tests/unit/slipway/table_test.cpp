// SPDX-License-Identifier: LGPL-2.1-or-later
// Tables: columns aligned.
#include "slipway/table.hpp"

#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

TEST(ATable, HasColumnsAsWideAsTheirWidestCell)
{
    Table table{{"NAME", "N", "LAST"}};
    table.add({"a", "100", "x"});
    table.add({"longer", "", "longer than its heading"});
    EXPECT_EQ(table.text(), "NAME     N     LAST\n"
                            "a        100   x\n"
                            "longer         longer than its heading\n");
}

TEST(ATable, WithoutRowsIsItsHeadings)
{
    EXPECT_EQ((Table{{"A", "B"}}.text()), "A   B\n");
    EXPECT_EQ((Table{{"A"}}.text()), "A\n");
}

TEST(ATable, CountsCharactersNotBytes)
{
    Table table{{"A", "B"}};
    table.add({"ää", "1"});
    EXPECT_EQ(table.text(), "A    B\nää   1\n");
}

} // namespace
} // namespace slipway::cli
