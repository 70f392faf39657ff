// SPDX-License-Identifier: LGPL-2.1-or-later
// What system df, check and prune take and say.
#include "slipway/disk_usage_text.hpp"
#include "slipway/findings_text.hpp"
#include "slipway/prune_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(PruneFilters, AreReadByTheirKeys)
{
    const RealTime present = from_usec(10'000'000'000);
    const client::PruneFilter filter =
        read_filter({"until=1h", "until=2h", "label=a", "label=b=c=d", "label!=e"}, present);
    EXPECT_EQ(filter.until_usec, 10'000'000'000U - 7'200'000'000U);
    EXPECT_THAT(filter.labels, ElementsAre("a", "b=c=d"));
    EXPECT_THAT(filter.other_labels, ElementsAre("e"));
}

TEST(PruneFilters, AreRefusedWhenTheyMeanNothing)
{
    for (const char* const word :
         {"until", "until=", "until=soon", "label", "label=", "label!", "colour=red", "=x"})
        EXPECT_THROW(read_filter({word}, now()), UsageError) << word;
}

TEST(PrunedText, IsNothingWhereNothingWent)
{
    EXPECT_EQ(pruned_text("Deleted Images", "sha256:", {}), "");
    EXPECT_EQ(pruned_text("Deleted Images", "sha256:", {{"a", "b"}, 5}),
              "Deleted Images:\nsha256:a\nsha256:b\n\n");
}

TEST(DiskUsageText, SumsUpByKind)
{
    client::DiskUsage usage;
    usage.images = {{"/i/1", 3'000'000, 1'000'000, 2}, {"/i/2", 2'500'000, 500'000, 0}};
    usage.of_images = {3'500'000, 500'000};
    usage.downloads = {{"ab", 1000, true}};
    usage.of_downloads = {1000, 0};
    const std::string text = summary_text(usage, {});
    EXPECT_THAT(text, HasSubstr("Images          2       1        3.5MB   500kB (14%)\n"));
    EXPECT_THAT(text, HasSubstr("Containers      0       0        0B      0B\n"));
    EXPECT_THAT(text, HasSubstr("Downloads       1       1        1kB     0B (0%)\n"));
    EXPECT_THAT(usage_json(usage, {}), HasSubstr("\"Reclaimable\": 500000"));
}

TEST(Findings, AreALineEach)
{
    client::Finding finding{"damaged-layer", "/var/l", "\"a\nb\" is missing", {"web:1", "db:2"}, "", false};
    EXPECT_EQ(finding_line(finding), "damaged layer /var/l: \"a\\nb\" is missing; in web:1, db:2\n");
    finding.outcome = "got again from web:1";
    EXPECT_THAT(finding_line(finding), HasSubstr("db:2 (got again from web:1)\n"));
    finding.is_settled = true;
    EXPECT_THAT(finding_line(finding), HasSubstr("db:2 (repaired: got again from web:1)\n"));
    EXPECT_THAT(findings_json({finding}, "checked all"), HasSubstr("\"Repaired\": true"));
}

} // namespace
} // namespace slipway::cli
