// SPDX-License-Identifier: LGPL-2.1-or-later
// HealthCheck: wishes over the image's over defaults, and what makes no sense.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "engine/container/health.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

using slipway::testing::failure_of;
using std::chrono::seconds;

TEST(HealthCheck, IsNoneWhereNobodyNamesACommand)
{
    EXPECT_EQ(complete(HealthWish{}, std::nullopt), std::nullopt);
    oci::Healthcheck of_image;
    of_image.test = {"CMD", "true"};
    HealthWish none;
    none.test = {"NONE"};
    EXPECT_EQ(complete(none, of_image), std::nullopt);
    of_image.test = {"NONE"};
    EXPECT_EQ(complete(HealthWish{}, of_image), std::nullopt);
    HealthWish lonely;
    lonely.retries = 3;
    EXPECT_EQ(failure_of([&] { return complete(lonely, std::nullopt); })->code(),
              ErrorCode::invalid_argument);
}

TEST(HealthCheck, HasDefaults)
{
    HealthWish wish;
    wish.test = {"CMD-SHELL", "curl localhost | grep ok"};
    const HealthCheck check = complete(wish, std::nullopt).value();
    EXPECT_EQ(check.arguments, (std::vector<std::string>{"/bin/sh", "-c", "curl localhost | grep ok"}));
    EXPECT_EQ(check.interval, seconds{30});
    EXPECT_EQ(check.timeout, seconds{30});
    EXPECT_EQ(check.start_period, seconds{0});
    EXPECT_EQ(check.start_interval, seconds{0});
    EXPECT_EQ(check.retries, 3U);
}

TEST(HealthCheck, TakesFromTheImageWhatIsNotWished)
{
    oci::Healthcheck of_image;
    of_image.test = {"CMD", "pg_isready", "-q"};
    of_image.interval = 7'000'000'000;
    of_image.retries = 9;
    HealthWish wish;
    wish.timeout_usec = 2'000'000;
    wish.retries = 1;
    const HealthCheck check = complete(wish, of_image).value();
    EXPECT_EQ(check.arguments, (std::vector<std::string>{"pg_isready", "-q"}));
    EXPECT_EQ(check.interval, seconds{7});
    EXPECT_EQ(check.timeout, seconds{2});
    EXPECT_EQ(check.retries, 1U);
    EXPECT_EQ(Json(check).get<HealthCheck>(), check);
}

TEST(HealthCheck, RefusesWhatCannotBeMeant)
{
    const auto refuses = [](const auto& change) {
        HealthWish wish;
        wish.test = {"CMD", "true"};
        change(wish);
        return failure_of([&] { return complete(wish, std::nullopt); })->code() ==
               ErrorCode::invalid_argument;
    };
    EXPECT_TRUE(refuses([](HealthWish& wish) { wish.test = {"CMD"}; }));
    EXPECT_TRUE(refuses([](HealthWish& wish) { wish.test = {"CMD-SHELL", "a", "b"}; }));
    EXPECT_TRUE(refuses([](HealthWish& wish) { wish.test = {"true"}; }));
    EXPECT_TRUE(refuses([](HealthWish& wish) { wish.retries = 0; }));
    EXPECT_TRUE(refuses([](HealthWish& wish) { wish.interval_usec = 0; }));
    EXPECT_TRUE(refuses([](HealthWish& wish) { wish.timeout_usec = 999; }));
    EXPECT_EQ(parse_on_unhealthy(""), OnUnhealthy::none);
    EXPECT_EQ(parse_on_unhealthy("restart"), OnUnhealthy::restart);
    EXPECT_EQ(failure_of([] { return parse_on_unhealthy("explode"); })->code(), ErrorCode::invalid_argument);
}

TEST(HealthReport, IsUnknownWhereNothingSensibleIsWritten)
{
    const slipway::testing::TemporaryDirectory directory;
    EXPECT_EQ(find_health(directory / "health").health, Health::unknown);
    replace_file(directory / "health", "{]", Durability::page_cache);
    EXPECT_EQ(find_health(directory / "health").health, Health::unknown);
    replace_file(directory / "health",
                 R"({"event":"health","status":"unhealthy","failing_streak":2,
                     "log":[{"begin":1,"end":2,"exit_code":-1,"output":"no"}]})",
                 Durability::page_cache);
    const HealthReport report = find_health(directory / "health");
    EXPECT_EQ(report.health, Health::unhealthy);
    EXPECT_EQ(report.failing_streak, 2U);
    ASSERT_EQ(report.log.size(), 1U);
    EXPECT_EQ(report.log[0].exit_code, -1);
}

} // namespace
} // namespace slipway::engine
