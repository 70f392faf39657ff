// SPDX-License-Identifier: LGPL-2.1-or-later
// What a volume is made of: its options, and the device behind it.
#include "engine/volume/settings.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using Options = std::map<std::string, std::string>;

TEST(AVolumesSettings, ComeBackAsTheyWereWritten)
{
    const VolumeSettings settings{{{"k", "v"}}, {{"type", "ext4"}, {"device", "/x"}}, 7};
    EXPECT_EQ(parse_volume_settings(to_json(settings)), settings);
    EXPECT_EQ(parse_volume_settings(""), VolumeSettings{});
}

TEST(AVolumesName, IsAFilesNameAndNothingElse)
{
    EXPECT_NO_THROW(check_volume_name("a"));
    EXPECT_NO_THROW(check_volume_name("Data_1.x-y"));
    for (const std::string& name : {std::string{}, std::string{".."}, std::string{"a/b"},
                                    std::string(256, 'a'), std::string{"a\0b", 3}})
        EXPECT_FAILURE(check_volume_name(name), ErrorCode::invalid_name, "not a volume name");
}

TEST(AVolumesSize, IsInPowersOf1024)
{
    EXPECT_EQ(size_limit({}), 0U);
    EXPECT_EQ(size_limit({{"size", "10g"}}), std::uint64_t{10} << 30U);
    EXPECT_EQ(size_limit({{"size", "512MB"}}), std::uint64_t{512} << 20U);
    for (const char* size : {"", "0", "g", "-1", "1x", "1.5g", "99999999999t"})
        EXPECT_FAILURE(size_limit({{"size", size}}), ErrorCode::invalid_argument, "not a size");
}

TEST(AVolumesSource, IsNothingForAPlainOne)
{
    EXPECT_FALSE(find_source({}));
    EXPECT_FALSE(find_source({{"size", "1g"}}));
}

TEST(AVolumesSource, HasOptionsOfTheMountAndOfTheFileSystem)
{
    const auto source =
        find_source({{"type", "ext4"},
                     {"device", "/dev/x"},
                     {"o", "ro,noatime,nosuid,data=ordered,loop,_netdev,x-systemd.automount,rw"}});
    ASSERT_TRUE(source);
    EXPECT_EQ(source->type, "ext4");
    EXPECT_TRUE(source->is_loop);
    EXPECT_THAT(source->options, ElementsAre("noatime", "nosuid"));
    EXPECT_THAT(source->parameters, ElementsAre(Pair("ro", ""), Pair("data", "ordered")));
}

TEST(AVolumesSource, OfABindIsAPath)
{
    const auto source = find_source({{"type", "none"}, {"device", "/srv"}, {"o", "bind"}});
    ASSERT_TRUE(source);
    EXPECT_EQ(source->type, "bind");
    EXPECT_THAT(source->parameters, IsEmpty());
}

TEST(AVolumesSource, ThatCannotBeMeantIsRefused)
{
    const auto refuses = [](const Options& options, ErrorCode code) {
        EXPECT_FAILURE(find_source(options), code, "");
    };
    refuses({{"o", "ro"}}, ErrorCode::invalid_argument);
    refuses({{"type", "ext4"}}, ErrorCode::invalid_argument);
    refuses({{"device", "/dev/x"}}, ErrorCode::invalid_argument);
    refuses({{"type", "none"}, {"device", "/srv"}}, ErrorCode::invalid_argument);
    refuses({{"type", "none"}, {"device", "srv"}, {"o", "bind"}}, ErrorCode::invalid_argument);
    refuses({{"type", "ext4"}, {"device", "/x"}, {"o", "remount"}}, ErrorCode::invalid_argument);
    refuses({{"type", "ext4"}, {"device", "/x"}, {"size", "1g"}}, ErrorCode::invalid_argument);
    refuses({{"type", "ext4"}, {"device", "/x"}, {"o", "loop,offset=512"}}, ErrorCode::not_supported);
    refuses({{"type", "tmpfs"}, {"device", "tmpfs"}}, ErrorCode::not_supported);
    refuses({{"typ", "ext4"}}, ErrorCode::unknown_option);
}

TEST(AVolumesServer, IsFoundByItsAddress)
{
    VolumeSource source{"nfs4", "192.0.2.1:/export", {}, {}, false};
    resolve(source);
    EXPECT_THAT(source.parameters, ElementsAre(Pair("addr", "192.0.2.1")));
    VolumeSource named{"nfs", "server:/export", {}, {{"addr", "127.0.0.1"}}, false};
    resolve(named);
    EXPECT_THAT(named.parameters, ElementsAre(Pair("addr", "127.0.0.1")));
}

} // namespace
} // namespace slipway::engine
