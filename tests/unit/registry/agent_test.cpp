// SPDX-License-Identifier: LGPL-2.1-or-later
// Agent: requests and answers, with a stand-in at the conversation's other end.
#include "base/file.hpp"
#include "registry/agent.hpp"
#include "support/failure_of.hpp"
#include "support/run_task.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::registry {
namespace {

const Digest blob_digest = Digest::of_hex(std::string(64, 'a'));

class AnAgent : public ::testing::Test {
  protected:
    Request hear() { return parse_request(receive_packet(ends_.second.number())->text); }

    void tell(Event event, const std::string& file = {})
    {
        const Fd memory = make_memory_file("answer", file);
        send_packet(ends_.second.number(), to_json(event),
                    file.empty() ? std::vector<int>{} : std::vector<int>{memory.number()});
    }

    async::EventLoop loop_;
    FdPair ends_ = make_packet_pair();
    Agent agent_{loop_, std::move(ends_.first)};
};

TEST_F(AnAgent, GivesEachCallItsAnswer)
{
    async::Task<PulledManifest> first = agent_.manifest("1");
    async::Task<std::string> second = agent_.ping();
    first.start();
    second.start();
    const Request manifest = hear();
    const Request ping = hear();
    EXPECT_EQ(manifest.reference, "1");
    Event event;
    event.number = ping.number;
    event.identity_token = "keep";
    tell(event);
    EXPECT_EQ(testing::run_task(loop_, std::move(second)), "keep");
    event = Event{};
    event.number = manifest.number;
    event.digest = blob_digest;
    event.media_type = "m";
    tell(event, "bytes");
    const PulledManifest pulled = testing::run_task(loop_, std::move(first));
    EXPECT_EQ(pulled.bytes, "bytes");
    EXPECT_EQ(pulled.digest, blob_digest);
}

TEST_F(AnAgent, TellsProgressAndFailure)
{
    std::vector<std::uint64_t> seen;
    async::Task<> task = agent_.blob(blob_digest, 10, make_memory_file("x", "y"), {},
                                     [&seen](std::uint64_t bytes) { seen.push_back(bytes); });
    task.start();
    const Request request = hear();
    EXPECT_TRUE(request.has_file);
    EXPECT_FALSE(request.has_pipe);
    Event event;
    event.number = request.number;
    event.kind = EventKind::progress;
    event.bytes = 4;
    tell(event);
    event.kind = EventKind::failed;
    event.failure = Failure{ErrorCode::digest_mismatch, "other bytes"};
    tell(event);
    EXPECT_FAILURE(testing::run_task(loop_, std::move(task)), ErrorCode::digest_mismatch, "other bytes");
    EXPECT_THAT(seen, ::testing::ElementsAre(4U));
}

TEST_F(AnAgent, CancelsWhatNobodyWaitsForAnyMore)
{
    async::Task<std::string> task = agent_.tags();
    task.start();
    const Request request = hear();
    task.cancel();
    const Request cancel = hear();
    EXPECT_EQ(cancel.method, Method::cancel);
    EXPECT_EQ(cancel.number, request.number);
    // Its last word comes all the same, and is nobody's.
    Event event;
    event.number = request.number;
    tell(event);
    loop_.run_once(1'000'000);
}

TEST_F(AnAgent, LooksForABlob)
{
    const Digest digest = Digest::of_hex(std::string(64, 'a'));
    for (const Arrival arrival : {Arrival::uploaded, Arrival::existed, Arrival::mounted}) {
        async::Task<bool> task = agent_.find_blob(digest, {"team/app"});
        task.start();
        const Request request = hear();
        EXPECT_EQ(request.method, Method::find_blob);
        EXPECT_EQ(request.digest, digest);
        EXPECT_THAT(request.mount_from, ::testing::ElementsAre("team/app"));
        Event event;
        event.number = request.number;
        event.arrival = arrival;
        tell(event);
        EXPECT_EQ(testing::run_task(loop_, std::move(task)), arrival != Arrival::uploaded);
    }
}

TEST_F(AnAgent, SaysThatTheProcessHasGone)
{
    async::Task<std::string> task = agent_.tags();
    task.start();
    ends_.second.reset();
    EXPECT_FAILURE(testing::run_task(loop_, std::move(task)), ErrorCode::unavailable, "slipway-registry");
    EXPECT_FAILURE(testing::run_task(loop_, agent_.ping()), ErrorCode::unavailable, "slipway-registry");
}

TEST_F(AnAgent, TakesNonsenseForTheEnd)
{
    async::Task<std::string> task = agent_.tags();
    task.start();
    send_packet(ends_.second.number(), "nonsense");
    EXPECT_FAILURE(testing::run_task(loop_, std::move(task)), ErrorCode::unavailable, "slipway-registry");
}

TEST(AProgramThatIsNotThere, IsSaidSo)
{
    async::EventLoop loop;
    EXPECT_FAILURE(Agent::start(loop, "/no/such/socket", "/no/such/directory"), ErrorCode::io_error,
                   "slipway-registry");
}

} // namespace
} // namespace slipway::registry
