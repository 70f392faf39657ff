// SPDX-License-Identifier: LGPL-2.1-or-later
// The exit record: its content, and that a reader never finds a part of it.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "monitor/exit_record.hpp"
#include "support/print_json.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace slipway::monitor {
namespace {

TEST(ExitRecord, HoldsTheExitedEventAndReplacesAnOlderOne)
{
    std::string name = "/tmp/slipway-exit-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    const std::filesystem::path directory = name;
    write_exit_record(
        directory / "exit",
        {.status = 1, .signal = 0, .core_dumped = false, .at = from_usec(5), .oom_killed = false});
    write_exit_record(
        directory / "exit",
        {.status = 139, .signal = 11, .core_dumped = true, .at = from_usec(77), .oom_killed = false});
    EXPECT_EQ(parse_json(read_file(directory / "exit")), (Json{{"event", "exited"},
                                                               {"status", 139},
                                                               {"signal", 11},
                                                               {"exited_at", 77},
                                                               {"core_dumped", true},
                                                               {"cause", "core-dump"}}));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{directory}, {}), 1);
    std::filesystem::remove_all(directory);
}

TEST(ExitRecord, RefusesADirectoryThatIsNotThere)
{
    EXPECT_THROW(write_exit_record("/nonexistent/exit", {}), Failure);
}

} // namespace
} // namespace slipway::monitor
