// SPDX-License-Identifier: LGPL-2.1-or-later
// Templates: words, and lines that become empty.
#include "supervisors/template.hpp"

#include <gtest/gtest.h>

namespace slipway::supervisors {
namespace {

TEST(Template, FillsItsWordsIn)
{
    EXPECT_EQ(fill("run @NAME@ as @NAME@\n", {{"NAME", "web"}}), "run web as web\n");
}

TEST(Template, LeavesWhatIsNoWord)
{
    EXPECT_EQ(fill("me@home @OTHER@ @lower@ @", {{"NAME", "web"}}), "me@home @OTHER@ @lower@ @\n");
}

TEST(Template, DropsALineThatBecomesEmptyAndKeepsOneThatIs)
{
    EXPECT_EQ(fill("one\n  @NONE@\n\ntwo\n", {{"NONE", ""}}), "one\n\ntwo\n");
}

TEST(Template, TakesWordsOfSeveralLines)
{
    EXPECT_EQ(fill("@LINES@\nend\n", {{"LINES", "a\nb\n"}}), "a\nb\nend\n");
}

} // namespace
} // namespace slipway::supervisors
