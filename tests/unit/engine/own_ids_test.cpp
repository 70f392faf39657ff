// SPDX-License-Identifier: LGPL-2.1-or-later
// The IDs of a user's engine: whose lines count, and where their IDs come to be.
#include "base/file.hpp"
#include "engine/container/launch_request.hpp"
#include "engine/own_ids.hpp"
#include "sandbox/request.hpp"

#include <gtest/gtest.h>

#include <array>

namespace slipway::engine {
namespace {

using Rows = std::vector<std::array<std::uint32_t, 3>>;

Rows rows_of(const std::vector<kernel::IdRange>& ranges)
{
    Rows rows;
    for (const kernel::IdRange& range : ranges)
        rows.push_back({range.inside, range.outside, range.size});
    return rows;
}

const UserEntry sailor{"sailor", 1001, 1002};

Rows users_of(std::string_view subuid)
{
    return rows_of(own_ranges(sailor, subuid, "").uids);
}

TEST(OwnIds, WithoutLinesAreTheUsersAlone)
{
    EXPECT_EQ(users_of(""), (Rows{{0, 1001, 1}}));
    EXPECT_EQ(users_of("mate:100000:65536\n1002:100000:65536\nsail:1000:10\nsailor2:1000:10\n"),
              (Rows{{0, 1001, 1}}));
    EXPECT_EQ(rows_of(own_ranges(sailor, "", "").gids), (Rows{{0, 1002, 1}}));
}

TEST(OwnIds, FollowTheUsersOwn)
{
    EXPECT_EQ(users_of("mate:1:1\nsailor:165536:65536"), (Rows{{0, 1001, 1}, {1, 165536, 65535}}));
    EXPECT_EQ(users_of("1001:165536:1000\nsailor:500000:10\n"),
              (Rows{{0, 1001, 1}, {1, 165536, 1000}, {1001, 500000, 10}}));
    const kernel::IdRanges both = own_ranges(sailor, "sailor:100000:20", "sailor:200000:30");
    EXPECT_EQ(rows_of(both.uids), (Rows{{0, 1001, 1}, {1, 100000, 20}}));
    EXPECT_EQ(rows_of(both.gids), (Rows{{0, 1002, 1}, {1, 200000, 30}}));
}

TEST(OwnIds, AreNoMoreThanAnImageHas)
{
    EXPECT_EQ(users_of("sailor:100000:60000\nsailor:200000:60000\nsailor:300000:60000\n"),
              (Rows{{0, 1001, 1}, {1, 100000, 60000}, {60001, 200000, 5535}}));
}

TEST(OwnIds, OfLinesThatAreNoneAreNotTaken)
{
    for (const char* line :
         {"sailor:0:10", "sailor:100000:0", "sailor:4294967295:2", "sailor:1e5:10", "sailor:100000", "sailor",
          "sailor:", "::", ":1:1", "sailor:100000:10:x", "sailor:-1:10"})
        EXPECT_EQ(users_of(line), (Rows{{0, 1001, 1}})) << line;
}

TEST(OwnIds, AreThoseOfEveryRequest)
{
    ContainerSpec spec;
    spec.arguments = {"sh"};
    spec.working_directory = "/";
    const auto configured = [&spec](const kernel::IdRanges& ids) {
        const Fd file = exec_request(spec, 1, {"/filters", ids});
        const sandbox::LaunchRequest request = sandbox::parse_request(read_all(file.number(), "the request"));
        EXPECT_EQ(request.filters, "/filters");
        return request.config;
    };
    const auto has_terminal_group = [](const oci::RuntimeConfig& config) {
        for (const oci::Mount& mount : config.mounts)
            for (const std::string& option : mount.options)
                if (option == "gid=5")
                    return true;
        return false;
    };
    const oci::RuntimeConfig many = configured(own_ranges(sailor, "sailor:100000:20", "sailor:200000:30"));
    ASSERT_NE(oci::find_namespace(many.linux, oci::NamespaceType::user), nullptr);
    ASSERT_EQ(many.linux.uid_mappings.size(), 2U);
    EXPECT_EQ(many.linux.gid_mappings.at(1).host_id, 200000U);
    EXPECT_TRUE(has_terminal_group(many));
    EXPECT_FALSE(has_terminal_group(configured(own_ranges(sailor, "", "")))); // there is no group 5
    EXPECT_EQ(oci::find_namespace(configured({}).linux, oci::NamespaceType::user), nullptr);
}

} // namespace
} // namespace slipway::engine
