// SPDX-License-Identifier: LGPL-2.1-or-later
// What people read: durations, sizes, tables, moments, complaints.
#include "slipway/container_text.hpp"
#include "slipway/human.hpp"
#include "slipway/moment.hpp"
#include "slipway/report.hpp"
#include "slipway/table.hpp"

#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using namespace std::chrono_literals;

TEST(Human, DurationsAreDockers)
{
    EXPECT_EQ(human_duration(500ms), "Less than a second");
    EXPECT_EQ(human_duration(3s), "3 seconds");
    EXPECT_EQ(human_duration(80s), "About a minute");
    EXPECT_EQ(human_duration(10min), "10 minutes");
    EXPECT_EQ(human_duration(48h), "2 days");
}

TEST(Human, SizesHaveThreeDigits)
{
    EXPECT_EQ(human_size(0), "0B");
    EXPECT_EQ(human_size(999), "999B");
    EXPECT_EQ(human_size(117'000'000), "117MB");
    EXPECT_EQ(human_size(1'230'000'000), "1.23GB");
}

TEST(Human, NothingMovesTheCursor)
{
    EXPECT_EQ(visible("a\nb\x1b[2J"), "a\\nb\\x1b[2J");
    EXPECT_EQ(visible("umläut"), "umläut");
    EXPECT_EQ(width("umläut"), 6U);
}

TEST(ATable, AlignsItsColumns)
{
    Table table{{"NAME", "STATUS"}};
    table.add({"a", "Up"});
    table.add({"longer", "Exited"});
    EXPECT_EQ(table.text(), "NAME     STATUS\na        Up\nlonger   Exited\n");
}

TEST(AMoment, IsReadAsDockerReadsIt)
{
    const RealTime present = from_usec(1'700'000'000'000'000);
    EXPECT_EQ(parse_moment("10m", present).value(), present - 10min);
    EXPECT_EQ(parse_moment("1h30m", present).value(), present - 90min);
    EXPECT_EQ(parse_moment("1700000000.5", present).value(), present + 500ms);
    EXPECT_EQ(parse_moment("2023-11-14T22:13:20Z", present).value(), present);
    for (const char* text : {"", "soon", "10x", "2023-13-01T00:00:00Z", "-5m"})
        EXPECT_FALSE(parse_moment(text, present).has_value()) << text;
    EXPECT_EQ(rfc3339(1'700'000'000'123'456), "2023-11-14T22:13:20.123456Z");
    EXPECT_EQ(rfc3339(0), "");
}

TEST(AContainersText, SplitsItsImagesName)
{
    const NameParts parts = split_reference("localhost:5000/web:1");
    EXPECT_EQ(parts.repository, "localhost:5000/web");
    EXPECT_EQ(parts.tag, "1");
}

TEST(AComplaint, NamesWhatToDoNext)
{
    const Failure failure{ErrorCode::not_running, "the container web is not running"};
    EXPECT_EQ(report_text(failure, Detail::plain),
              "slipway: the container web is not running\nhint: 'slipway start NAME' starts it\n");
    EXPECT_NE(report_text(failure, Detail::debug).find("[NotRunning at "), std::string::npos);
    const Failure advised{ErrorCode::no_such_container, "no container 'x' (see slipway ps -a)"};
    EXPECT_EQ(report_text(advised, Detail::plain), "slipway: no container 'x' (see slipway ps -a)\n");
}

} // namespace
} // namespace slipway::cli
