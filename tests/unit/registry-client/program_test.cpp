// SPDX-License-Identifier: LGPL-2.1-or-later
// The program itself, started as the engine does where there is no systemd, and asked as it does.
#include "registry/agent.hpp"
#include "support/failure_of.hpp"
#include "support/run_task.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::registry {
namespace {

Target target_at(const std::string& host)
{
    Place place;
    place.endpoint.domain = host;
    place.endpoint.host = host;
    place.endpoint.repository = "team/app";
    place.endpoint.is_insecure = true;
    Target target;
    target.places.push_back(place);
    target.patience.first_delay = std::chrono::milliseconds{1};
    return target;
}

class TheProgram : public ::testing::Test {
  protected:
    async::EventLoop loop_;
    std::unique_ptr<Agent> agent_ = Agent::start(loop_, "/no/such/socket", SLIPWAY_REGISTRY_DIRECTORY);
};

TEST_F(TheProgram, AnswersWhatItIsAsked)
{
    testing::run_task(loop_, agent_->open(target_at("127.0.0.1:1")));
    EXPECT_FAILURE(testing::run_task(loop_, agent_->manifest("1")), ErrorCode::registry_unreachable,
                   "nothing answers at 127.0.0.1:1");
    EXPECT_FAILURE(testing::run_task(loop_, agent_->ping()), ErrorCode::registry_unreachable, "127.0.0.1:1");
}

TEST_F(TheProgram, WantsATargetFirst)
{
    EXPECT_FAILURE(testing::run_task(loop_, agent_->tags()), ErrorCode::invalid_argument, "nothing is open");
    EXPECT_FAILURE(testing::run_task(loop_, agent_->open(target_at("127.0.0.1/x"))),
                   ErrorCode::invalid_argument, "no registry's");
}

TEST_F(TheProgram, ResolvesNamesInItsConfinement)
{
    testing::run_task(loop_, agent_->open(target_at("localhost:1")));
    EXPECT_FAILURE(testing::run_task(loop_, agent_->manifest("1")), ErrorCode::registry_unreachable,
                   "nothing answers at localhost:1");
}

} // namespace
} // namespace slipway::registry
