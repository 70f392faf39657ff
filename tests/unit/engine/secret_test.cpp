// SPDX-License-Identifier: LGPL-2.1-or-later
// Secrets: where they may be in a container, and that a container's settings come back with them.
#include "engine/container/settings.hpp"
#include "engine/secret/grant.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

std::vector<SecretGrant> completed_grants(std::vector<SecretGrant> grants)
{
    return complete(std::move(grants));
}

std::string target_of(const std::string& name, const std::string& target)
{
    return completed_grants({{name, target}}).at(0).target;
}

TEST(ASecretsPlace, IsInItsDirectoryOrWhereAPathSays)
{
    EXPECT_EQ(target_of("key", ""), "/run/secrets/key");
    EXPECT_EQ(target_of("key", "other"), "/run/secrets/other");
    EXPECT_EQ(target_of("key", "/etc/app//key"), "/etc/app/key");
    EXPECT_TRUE(is_in_secrets_directory(completed_grants({{"key", ""}}).at(0)));
    EXPECT_FALSE(is_in_secrets_directory(completed_grants({{"key", "/run/secrets/below/key"}}).at(0)));
    EXPECT_FALSE(is_in_secrets_directory(completed_grants({{"key", "/key"}}).at(0)));
}

TEST(ASecretsPlace, IsRefusedWhereNoFileCanBe)
{
    for (const char* target : {"/", "..", ".", "a/b", "../key", "/etc/", "/run/secrets", "/etc/.."})
        EXPECT_FAILURE(target_of("key", target), ErrorCode::invalid_argument, "no target");
    EXPECT_FAILURE(completed_grants({{"one", "key"}, {"two", "/run/secrets/key"}}),
                   ErrorCode::invalid_argument, "two secrets at /run/secrets/key");
    EXPECT_FAILURE(completed_grants({{"key", "", 65536}}), ErrorCode::invalid_argument, "65535");
    EXPECT_FAILURE(completed_grants({{"key", "", 0, 0, 01777}}), ErrorCode::invalid_argument, "0777");
}

TEST(Secrets, ComeBackAsTheyWereWritten)
{
    const std::vector<SecretGrant> grants = completed_grants({{"key", "", 1, 2, 0440}, {"other", "/x"}});
    EXPECT_EQ(read_grants(to_json(grants)), grants);
}

} // namespace
} // namespace slipway::engine
