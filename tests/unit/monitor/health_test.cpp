// SPDX-License-Identifier: LGPL-2.1-or-later
// Health: checks of a payload, what they come to, and whom that is told.
#include "base/file.hpp"
#include "base/unix_address.hpp"
#include "harness.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace slipway::monitor::testing {
namespace {

class HealthTest : public MonitorTest {
  protected:
    // A payload that ends with its input, and SCRIPT as its check.
    Client start_with(const std::string& script, const Json& plan, const Json& more = Json::object())
    {
        Json health{{"interval_usec", 50'000},
                    {"timeout_usec", 10'000'000},
                    {"start_period_usec", 0},
                    {"start_interval_usec", 20'000},
                    {"retries", 2}};
        health.update(plan);
        Json message{{"health", health}};
        message.update(more);
        Client client = prepare(shell("read x"), message, {{"check", {"sh", "-c", script}}, {"payload", 0}});
        place();
        const Json started = next_packet(engine);
        EXPECT_EQ(started.at("event"), "started") << started.dump();
        payload = started.at("pid");
        return client;
    }

    Json next_health()
    {
        Json event = next_packet(engine);
        EXPECT_EQ(event.value("event", ""), "health") << event.dump();
        return event;
    }

    void end(const Client& client)
    {
        write_all(client.input.number(), "\n", "input");
        for (Json event = next_packet(engine); event.at("event") != "exited";)
            event = next_packet(engine);
        EXPECT_EQ(wait_for_monitor(), 0);
    }

    std::string flag() const { return directory / "flag"; }
    Json record() const { return parse_json(read_file(container_directory / "health")); }
};

TEST_F(HealthTest, StartsUnknownAndIsGoodWithTheFirstSuccess)
{
    const Client client = start_with("test -e " + flag() + " && echo fine", Json::object());
    EXPECT_EQ(record().at("status"), "starting");
    replace_file(flag(), "", Durability::page_cache);
    const Json event = next_health();
    EXPECT_EQ(event.at("status"), "healthy");
    EXPECT_EQ(event.at("failing_streak"), 0);
    EXPECT_EQ(event.at("log").back().at("exit_code"), 0);
    EXPECT_EQ(event.at("log").back().at("output"), "fine\n");
    EXPECT_LE(event.at("log").back().at("begin"), event.at("log").back().at("end"));
    EXPECT_EQ(record().at("status"), "healthy");
    end(client);
}

TEST_F(HealthTest, IsBadAfterSoManyFailuresAndGoodAgain)
{
    replace_file(flag(), "", Durability::page_cache);
    const Client client = start_with("test -e " + flag() + " || { echo gone >&2; exit 7; }", Json::object());
    EXPECT_EQ(next_health().at("status"), "healthy");
    std::filesystem::remove(flag());
    const Json event = next_health();
    EXPECT_EQ(event.at("status"), "unhealthy");
    EXPECT_EQ(event.at("failing_streak"), 2);
    EXPECT_EQ(event.at("log").back().at("exit_code"), 7);
    EXPECT_EQ(event.at("log").back().at("output"), "gone\n");
    replace_file(flag(), "", Durability::page_cache);
    EXPECT_EQ(next_health().at("status"), "healthy");
    end(client);
    std::vector<std::string> said;
    for (const Fields& entry : journal.take_waiting())
        if (entry.count("CONTAINER_HEALTH") != 0)
            said.push_back(entry.at("MESSAGE"));
    EXPECT_EQ(said,
              (std::vector<std::string>{"Container web is healthy.",
                                        "Container web is unhealthy: its check ended with status 7: gone",
                                        "Container web is healthy."}));
}

TEST_F(HealthTest, DoesNotCountFailuresOfTheBeginning)
{
    // Failures come each 20 ms; one of them counts each second.
    const Client client = start_with("exit 1", {{"interval_usec", 1'000'000}, {"retries", 1}});
    const Json event = next_health();
    EXPECT_EQ(event.at("status"), "unhealthy");
    const Json& log = event.at("log");
    EXPECT_EQ(log.size(), 5U);
    EXPECT_LT(log[4].at("begin").get<std::uint64_t>() - log[3].at("end").get<std::uint64_t>(), 900'000U);
    end(client);
}

TEST_F(HealthTest, KillsAndCountsWhatTakesTooLong)
{
    const Client client =
        start_with("echo soon; exec sleep 1000", {{"timeout_usec", 100'000}, {"retries", 1}});
    const Json event = next_health();
    EXPECT_EQ(event.at("status"), "unhealthy");
    EXPECT_EQ(event.at("log").back().at("exit_code"), -1);
    EXPECT_EQ(event.at("log").back().at("output"), "did not end within 0.1 s: soon\n");
    end(client);
}

TEST_F(HealthTest, KeepsSoMuchOfWhatIsSaidAndNoMore)
{
    const Client client = start_with("head -c 100000 /dev/zero | tr '\\0' x", Json::object());
    EXPECT_EQ(next_health().at("log").back().at("output"), std::string(4096, 'x'));
    end(client);
}

TEST_F(HealthTest, WaitsForThePayloadsOwnWord)
{
    std::filesystem::create_directory(container_directory / "notify");
    replace_file(flag(), "", Durability::page_cache);
    const Client client = start_with("echo >>" + flag(), Json::object(), {{"notify", true}});
    EXPECT_FALSE(is_readable(engine.number(), std::chrono::milliseconds{200}));
    EXPECT_EQ(read_file(flag()), "");
    const Fd speaker{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    const UnixAddress address{(container_directory / "notify" / "socket").native()};
    ASSERT_GT(::sendto(speaker.number(), "READY=1", 7, 0, address.pointer(), UnixAddress::size()), 0);
    EXPECT_EQ(next_health().at("status"), "healthy");
    EXPECT_NE(read_file(flag()), "");
    end(client);
}

TEST_F(HealthTest, IsThePayloadsOwnWordWhereThereIsNoCheck)
{
    std::filesystem::create_directory(container_directory / "notify");
    const Client client = prepare(shell("read x"), {{"notify", true}});
    place();
    ASSERT_EQ(next_packet(engine).at("event"), "started");
    EXPECT_EQ(record().at("status"), "starting");
    const Fd speaker{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    const UnixAddress address{(container_directory / "notify" / "socket").native()};
    ASSERT_GT(::sendto(speaker.number(), "READY=1", 7, 0, address.pointer(), UnixAddress::size()), 0);
    EXPECT_EQ(next_health().at("status"), "healthy");
    end(client);
}

TEST_F(HealthTest, LeavesNoCheckBehindThePayload)
{
    ASSERT_EQ(::mkfifo(flag().c_str(), 0600), 0);
    const Fd said{::open(flag().c_str(), O_RDWR | O_CLOEXEC)};
    const Client client = start_with("echo $$ >" + flag() + "; exec sleep 1000", Json::object());
    const Fd check = process_of(std::stoi(read_until(said, "\n")));
    end(client);
    EXPECT_TRUE(is_readable(check.number()));
}

} // namespace
} // namespace slipway::monitor::testing
