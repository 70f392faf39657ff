// SPDX-License-Identifier: LGPL-2.1-or-later
// Containers are found by their names and by the beginnings of their IDs.
#include "base/failure.hpp"
#include "engine/container/container.hpp"

#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

class CatalogTest : public ::testing::Test {
  protected:
    void add(const std::string& name, const std::string& id)
    {
        auto container = std::make_shared<Container>();
        container->row.name = name;
        container->row.id = id + std::string(64 - id.size(), '0');
        catalog_.add(std::move(container));
    }
    ErrorCode refusal_of(const std::string& text)
    {
        try {
            catalog_.resolve(text);
        } catch (const Failure& failure) {
            return failure.code();
        }
        return ErrorCode::internal;
    }
    Catalog catalog_;
};

TEST_F(CatalogTest, FindsByNameAndByAnIdsBeginning)
{
    add("web", "abcdef");
    add("db", "abc999");
    EXPECT_EQ(catalog_.resolve("web")->name(), "web");
    EXPECT_EQ(catalog_.resolve("abcd")->name(), "web");
    EXPECT_EQ(refusal_of("abc"), ErrorCode::invalid_argument);
    EXPECT_EQ(refusal_of("nobody"), ErrorCode::no_such_container);
    EXPECT_EQ(refusal_of(""), ErrorCode::no_such_container);
}

TEST_F(CatalogTest, ANameComesBeforeAnId)
{
    add("abc", "111111");
    add("other", "abcdef");
    EXPECT_EQ(catalog_.resolve("abc")->name(), "abc");
}

TEST_F(CatalogTest, WhatWasRemovedIsNotFound)
{
    add("web", "abcdef");
    catalog_.remove("web");
    EXPECT_EQ(catalog_.find("web"), nullptr);
    EXPECT_THROW(catalog_.at("web"), Failure);
}

} // namespace
} // namespace slipway::engine
