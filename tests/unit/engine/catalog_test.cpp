// SPDX-License-Identifier: LGPL-2.1-or-later
// The catalog: containers found by what people call them.
#include "engine/container/container.hpp"
#include "support/failure_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

class ACatalog : public ::testing::Test {
  protected:
    ACatalog()
    {
        add("web", "aa11");
        add("db", "aa22");
        add("aa1", "bb33");
    }
    void add(const std::string& name, const std::string& id)
    {
        auto container = std::make_shared<Container>();
        container->row.name = name;
        container->row.id = id;
        catalog_.add(container);
    }
    Catalog catalog_;
};

TEST_F(ACatalog, FindsByNameIdAndTheBeginningOfAnId)
{
    EXPECT_EQ(catalog_.resolve("web")->id(), "aa11");
    EXPECT_EQ(catalog_.resolve("aa22")->name(), "db");
    EXPECT_EQ(catalog_.resolve("aa2")->name(), "db");
    EXPECT_EQ(catalog_.resolve("b")->name(), "aa1");
}

TEST_F(ACatalog, PrefersANameToAnId)
{
    EXPECT_EQ(catalog_.resolve("aa1")->id(), "bb33");
}

TEST_F(ACatalog, RefusesABeginningThatSeveralShare)
{
    EXPECT_FAILURE(catalog_.resolve("aa"), ErrorCode::invalid_argument, "several containers");
}

TEST_F(ACatalog, RefusesWhatItDoesNotHave)
{
    for (const char* text : {"", "we", "webb", "aa111"})
        EXPECT_FAILURE(catalog_.resolve(text), ErrorCode::no_such_container,
                       "no container '" + std::string{text} + "'");
    EXPECT_FAILURE(catalog_.at("aa11"), ErrorCode::no_such_container, "no container 'aa11'");
    EXPECT_EQ(catalog_.find("aa11"), nullptr);
}

TEST_F(ACatalog, ListsInTheOrderOfNames)
{
    std::vector<std::string> names;
    for (const ContainerRef& container : catalog_.all())
        names.push_back(container->name());
    EXPECT_THAT(names, ::testing::ElementsAre("aa1", "db", "web"));
}

TEST_F(ACatalog, ForgetsWhatIsRemoved)
{
    catalog_.remove("web");
    EXPECT_EQ(catalog_.size(), 2U);
    EXPECT_EQ(catalog_.find("web"), nullptr);
    EXPECT_EQ(catalog_.resolve("aa")->name(), "db");
}

} // namespace
} // namespace slipway::engine
