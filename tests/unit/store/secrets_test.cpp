// SPDX-License-Identifier: LGPL-2.1-or-later
// Secrets: any bytes, by name, in files of the store's own.
#include "store/secrets.hpp"
#include "support/failure_of.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sys/stat.h>

namespace slipway::store {
namespace {

class SecretFiles : public ::testing::Test {
  protected:
    slipway::testing::TemporaryDirectory directory_;
    Secrets secrets_{directory_.path()};
};

TEST_F(SecretFiles, HoldAnyBytesAndWhatIsKnownOfThem)
{
    const std::string value{"a\nb\0c\n{\"x\":1}\n", 15};
    secrets_.put({"key", true, "shop", from_usec(1234567)}, value);
    const StoredSecret stored = secrets_.at("key");
    EXPECT_EQ(stored.value, value);
    EXPECT_TRUE(stored.row.is_encrypted);
    EXPECT_EQ(stored.row.group, "shop");
    EXPECT_EQ(to_usec(stored.row.created_at), 1234567U);
    struct stat status {};
    ASSERT_EQ(::stat((directory_.path() / "key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(SecretFiles, AreListedReplacedAndRemoved)
{
    secrets_.put({"b", false, {}, {}}, "1");
    secrets_.put({"a", false, {}, {}}, "2");
    secrets_.put({"b", false, {}, {}}, "3");
    ASSERT_EQ(secrets_.list().size(), 2U);
    EXPECT_EQ(secrets_.list().at(0).name, "a");
    EXPECT_EQ(secrets_.at("b").value, "3");
    secrets_.remove("a");
    EXPECT_FALSE(secrets_.find("a"));
    EXPECT_FAILURE(secrets_.at("a"), ErrorCode::no_such_secret, "\"a\"");
    EXPECT_FAILURE((secrets_.remove("a"), 0), ErrorCode::no_such_secret, "\"a\"");
}

TEST_F(SecretFiles, ThatAreDamagedAreNoSecrets)
{
    std::ofstream{directory_.path() / "key"} << "no json\nvalue";
    EXPECT_FAILURE(secrets_.at("key"), ErrorCode::internal, "damaged");
    std::ofstream{directory_.path() / "other"} << "{\"encrypted\":true}";
    EXPECT_FAILURE(secrets_.at("other"), ErrorCode::internal, "damaged");
    for (const char* const head : {R"({"encrypted":1})", R"({"encrypted":true,"group":7})",
                                   R"({"encrypted":true,"created_usec":-1})", "[]", ""})
    {
        std::ofstream{directory_.path() / "typed"} << head << "\nvalue";
        EXPECT_FAILURE(secrets_.at("typed"), ErrorCode::internal, "damaged");
    }
}

} // namespace
} // namespace slipway::store
