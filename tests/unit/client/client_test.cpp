// SPDX-License-Identifier: LGPL-2.1-or-later
// client: proxies against an engine of canned answers over a socket pair.
#include "base/file.hpp"
#include "base/packet.hpp"
#include "client/fake_engine.hpp"
#include "client/job.hpp"
#include "client/manager.hpp"
#include "client/session.hpp"
#include "support/run_task.hpp"

#include <gtest/gtest.h>

namespace slipway::client {
namespace {

using testing::FakeEngine;
using testing::run_task;

constexpr const char* container_path = "/org/slipway/Engine1/container/web";

class Client : public ::testing::Test {
  protected:
    template <typename T>
    T await(async::Task<T> task)
    {
        return run_task(loop_, std::move(task));
    }
    template <typename T>
    ErrorCode code_of(async::Task<T> task)
    {
        try {
            await(std::move(task));
        } catch (const Failure& failure) {
            message_ = failure.message();
            return failure.code();
        }
        ADD_FAILURE() << "did not fail";
        return ErrorCode::internal;
    }

    async::EventLoop loop_;
    FakeEngine fake_{loop_};
    Engine engine_{loop_, fake_.connector()};
    Manager manager_{engine_};
    std::string message_;
};

TEST_F(Client, ReadsTheEnginesProperties)
{
    const EngineInfo info = await(manager_.read());
    EXPECT_EQ(info.version, "9.9");
    EXPECT_EQ(info.image_count, 3U);
}

TEST_F(Client, ListsContainersAndPassesOverPropertiesItDoesNotKnow)
{
    const Inventory inventory = await(manager_.list());
    ASSERT_EQ(inventory.containers.size(), 1U);
    const ContainerInfo& web = inventory.containers.front();
    EXPECT_EQ(web.path, container_path);
    EXPECT_EQ(web.state, "running");
    EXPECT_TRUE(web.is_alive());
    EXPECT_EQ(web.image_name, "debian:bookworm");
    EXPECT_EQ(web.image_path, "/org/slipway/Engine1/image/_ab");
    EXPECT_EQ(web.command, (std::vector<std::string>{"sleep", "100"}));
    EXPECT_EQ(web.labels.at("tier"), "front");
    EXPECT_EQ(web.pid, 42U);
    EXPECT_EQ(web.exit_status, -1);
    EXPECT_EQ(web.created_usec, 1'700'000'000'000'000U);
    EXPECT_TRUE(web.has_terminal);
}

TEST_F(Client, RunPassesDescriptorsBothWays)
{
    FdPair pipe = make_pipe();
    ContainerSettings settings;
    settings.image = "debian";
    settings.command = {"true"};
    settings.is_auto_removed = true;
    Streams streams;
    streams.standard_output = pipe.second.number();
    const RunReply reply = await(manager_.run(settings, streams));
    pipe.second.reset();
    EXPECT_EQ(read_all(pipe.first.number(), "pipe"), "debian true once");
    EXPECT_EQ(reply.container, container_path);
    const auto packet = receive_packet(reply.session.number());
    ASSERT_TRUE(packet);
    const SessionEvent event = parse_session_event(packet->text).value();
    EXPECT_EQ(event.kind, SessionEvent::Kind::exited);
    EXPECT_EQ(event.cause, "killed");
    EXPECT_EQ(event.status, 143);
    EXPECT_EQ(event.signal, 15);
    ASSERT_EQ(reply.timings.size(), 2U);
    EXPECT_EQ(reply.timings[0], (std::pair<std::string, std::uint64_t>{"scope", 1500}));
    EXPECT_FALSE(fake_.may_interact);
}

TEST_F(Client, LetsTheEngineAskForAPasswordWhereTheUserAgreed)
{
    Engine polite{loop_, fake_.connector(), Interaction::allowed};
    Manager manager{polite};
    FdPair pipe = make_pipe();
    ContainerSettings settings;
    settings.image = "debian";
    settings.command = {"true"};
    Streams streams;
    streams.standard_output = pipe.second.number();
    await(manager.run(settings, streams));
    EXPECT_TRUE(fake_.may_interact);
}

TEST_F(Client, ExecCarriesCommandOptionsAndStreams)
{
    FdPair pipe = make_pipe();
    ExecSettings settings;
    settings.command = {"id"};
    settings.user = "nobody";
    Streams streams;
    streams.standard_error = pipe.second.number();
    Container container{engine_, container_path};
    const Fd session = await(container.exec(settings, streams));
    pipe.second.reset();
    EXPECT_EQ(read_all(pipe.first.number(), "pipe"), "id");
    EXPECT_EQ(fake_.exec_user, "nobody");
    EXPECT_TRUE(session.is_open());
}

TEST_F(Client, RefusalsComeBackWithTheirCodeAndWords)
{
    EXPECT_EQ(code_of(manager_.find_container("db")), ErrorCode::no_such_container);
    EXPECT_EQ(message_, "no such container: db");
    Container container{engine_, container_path};
    EXPECT_EQ(code_of(container.stop({})), ErrorCode::not_running);
}

TEST_F(Client, TextThatIsNoUtf8IsRefusedBeforeItIsSent)
{
    ContainerSettings settings;
    settings.image = "debian";
    for (const char* word : {"\xFF", "\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82"}) {
        settings.command = {word};
        EXPECT_EQ(code_of(manager_.run(settings, {})), ErrorCode::invalid_argument);
    }
    EXPECT_EQ(code_of(manager_.find_container("\xFF")), ErrorCode::invalid_argument);
    // All lengths that there are.
    EXPECT_EQ(code_of(manager_.find_container("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80")),
              ErrorCode::no_such_container);
}

TEST_F(Client, WaitAnswersTheStatus)
{
    Container container{engine_, container_path};
    EXPECT_EQ(await(container.wait()), 137);
}

TEST_F(Client, AJobThatEndsBeforeTheReplyIsNotMissed)
{
    const Fd archive = make_memory_file("archive", "a tar");
    JobWatch watch{engine_, {}};
    const std::string job = await(manager_.import_image(archive.number(), "web:1", {"CMD [\"sh\"]"}));
    EXPECT_EQ(await(watch.wait(job)), "/org/slipway/Engine1/image/_ab");
    EXPECT_EQ(fake_.reference, "web:1 of a tar");
    EXPECT_EQ(fake_.changes, (std::vector<std::string>{"CMD [\"sh\"]"}));
}

TEST_F(Client, AFailedJobFailsWithItsOwnError)
{
    fake_.job_state = "failed";
    const Fd archive = make_memory_file("archive", "half a tar");
    JobWatch watch{engine_, {}};
    const std::string job = await(manager_.import_image(archive.number(), "web:1", {}));
    EXPECT_EQ(code_of(watch.wait(job)), ErrorCode::truncated_archive);
    EXPECT_EQ(message_, "the archive ends too early");
}

TEST_F(Client, AJobCanBeCancelled)
{
    fake_.job_state = "running";
    const Fd archive = make_memory_file("archive", "");
    JobWatch watch{engine_, {}};
    const std::string job = await(manager_.import_image(archive.number(), "web:1", {}));
    async::Task<std::string> end = watch.wait(job);
    end.start();
    EXPECT_FALSE(end.is_done());
    await(watch.cancel(job));
    EXPECT_EQ(code_of(std::move(end)), ErrorCode::cancelled);
}

TEST_F(Client, AChangeIsTriedAgainWhereTheEngineLeftBeforeItCouldHear)
{
    fake_.dead_links = 1;
    Container container{engine_, container_path};
    EXPECT_EQ(code_of(container.stop({})), ErrorCode::not_running);
    EXPECT_EQ(fake_.stops, 1);
}

TEST_F(Client, AnEngineThatIsGoneTwiceIsUnavailable)
{
    fake_.dead_links = 2;
    Container container{engine_, container_path};
    EXPECT_EQ(code_of(container.stop({})), ErrorCode::unavailable);
    EXPECT_EQ(fake_.stops, 0);
}

TEST_F(Client, AChangeThatMayHaveBeenHeardIsNotTriedAgain)
{
    fake_.broken_calls = 1;
    Container container{engine_, container_path};
    EXPECT_EQ(code_of(container.stop({})), ErrorCode::unavailable);
    EXPECT_EQ(fake_.stops, 1);
    EXPECT_NE(message_.find("may have been done"), std::string::npos);
}

TEST_F(Client, AQuestionIsAskedAgainWhenTheEngineDiedOverIt)
{
    fake_.broken_calls = 1;
    Container container{engine_, container_path};
    EXPECT_EQ(await(container.describe()), R"({"Name":"web"})");
    EXPECT_EQ(fake_.describes, 2);
}

TEST_F(Client, ConnectsAgainAfterADisconnect)
{
    EXPECT_EQ(await(manager_.read()).version, "9.9");
    engine_.disconnect();
    EXPECT_EQ(await(manager_.read()).version, "9.9");
}

TEST(Session, TellsEventsApart)
{
    EXPECT_EQ(parse_session_event(R"({"event":"started","pid":7})").value().pid, 7);
    const SessionEvent failed =
        parse_session_event(R"({"event":"failed","error":{"name":"CommandNotFound","message":"no sh"}})")
            .value();
    EXPECT_EQ(failed.kind, SessionEvent::Kind::failed);
    EXPECT_EQ(failed.error_code, ErrorCode::command_not_found);
    EXPECT_EQ(failed.message, "no sh");
    EXPECT_EQ(parse_session_event(R"({"event":"moved"})").value().kind, SessionEvent::Kind::other);
}

TEST(Session, RefusesWhatIsNoPacket)
{
    for (const char* text : {"", "{", "[]", "{}", R"({"event":7})",
                             R"({"event":"exited","status":"no","signal":0})", R"({"event":"exited"})"})
        EXPECT_FALSE(parse_session_event(text)) << text;
}

TEST(Session, WritesPackets)
{
    EXPECT_EQ(resize_packet(24, 80), R"({"method":"resize","rows":24,"columns":80})");
    EXPECT_EQ(signal_packet(15), R"({"method":"signal","signal":15})");
}

} // namespace
} // namespace slipway::client
