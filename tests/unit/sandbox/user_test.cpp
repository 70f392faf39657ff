// SPDX-License-Identifier: LGPL-2.1-or-later
// Users looked up in the root's own files, which are whatever the image's maker wrote.
#include "base/failure.hpp"
#include "sandbox/user.hpp"

#include <gtest/gtest.h>

namespace slipway::sandbox {
namespace {

constexpr std::string_view passwd = "root:x:0:0:root:/root:/bin/bash\n"
                                    "daemon:x:1:1::/usr/sbin:/sbin/nologin\n"
                                    "broken line\n"
                                    "huge:x:99999999999:1::/:/bin/sh\n"
                                    "web:x:33:33:web:/var/www:/bin/sh\n";
constexpr std::string_view group = "root:x:0:\nstaff:x:50:web,daemon\nweb:x:33:\nmail:x:8:web\n";

ResolvedUser resolve(std::string_view wish)
{
    return resolve_user(wish, {}, passwd, group);
}

ErrorCode code_of(std::string_view wish)
{
    try {
        resolve(wish);
    } catch (const Failure& failure) {
        return failure.code();
    }
    return ErrorCode::internal;
}

TEST(AGroup, IsANameOrANumber)
{
    EXPECT_EQ(resolve_groups({"mail", "7", "staff"}, group), (std::vector<std::uint32_t>{8, 7, 50}));
    EXPECT_EQ(resolve_groups({}, ""), std::vector<std::uint32_t>{});
    for (const char* bad : {"nobody", "", "-1", "4294967295"})
        EXPECT_THROW(resolve_groups({bad}, group), Failure) << bad;
}

TEST(AUser, NobodyAskedForIsTheConfigurations)
{
    oci::User fallback;
    fallback.uid = 33;
    fallback.gid = 7;
    const ResolvedUser user = resolve_user("", fallback, passwd, group);
    EXPECT_EQ(user.ids.uid, 33U);
    EXPECT_EQ(user.ids.gid, 7U);
    EXPECT_EQ(user.home, "/var/www");
}

TEST(AUser, ByNameHasItsGroupAndSupplementaryGroups)
{
    const ResolvedUser user = resolve("web");
    EXPECT_EQ(user.ids.uid, 33U);
    EXPECT_EQ(user.ids.gid, 33U);
    EXPECT_EQ(user.ids.additional_gids, (std::vector<std::uint32_t>{50, 8}));
}

TEST(AUser, WithAGroupHasThatGroupAlone)
{
    const ResolvedUser user = resolve("web:staff");
    EXPECT_EQ(user.ids.gid, 50U);
    EXPECT_TRUE(user.ids.additional_gids.empty());
    EXPECT_EQ(resolve("web:1234").ids.gid, 1234U);
}

TEST(AUser, ANumberNeedsNoEntry)
{
    const ResolvedUser user = resolve("4242");
    EXPECT_EQ(user.ids.uid, 4242U);
    EXPECT_EQ(user.ids.gid, 0U);
    EXPECT_EQ(user.home, "/");
}

TEST(AUser, AnUnknownNameIsNoSuchUser)
{
    EXPECT_EQ(code_of("nobody-here"), ErrorCode::no_such_user);
    EXPECT_EQ(code_of("web:no-group"), ErrorCode::no_such_user);
}

TEST(AUser, AnEntryOutOfRangeIsNoEntry)
{
    EXPECT_EQ(code_of("huge"), ErrorCode::no_such_user);
    EXPECT_EQ(code_of("4294967295"), ErrorCode::no_such_user);
}

} // namespace
} // namespace slipway::sandbox
