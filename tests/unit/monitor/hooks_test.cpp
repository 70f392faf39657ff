// SPDX-License-Identifier: LGPL-2.1-or-later
// Hooks of the host's: when they run, what they read, and what their failures mean.
#include "base/file.hpp"
#include "harness.hpp"
#include "monitor/messages.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace slipway::monitor::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class HooksTest : public MonitorTest {
  protected:
    // A hook that notes NAME and what it reads.
    Json noting(const std::string& name) const
    {
        return hook("echo " + name + " $(cat) >> " + trace().native());
    }
    static Json hook(const std::string& script)
    {
        return {{"path", "/bin/sh"}, {"args", {"sh", "-c", script}}};
    }

    // A request of `sh -c SCRIPT` with these hooks.
    static Json request(const std::string& script, const Json& hooks, const Json& more = Json::object())
    {
        Json whole = shell(
            script,
            {{"config", Json{{"hooks", hooks}}.dump()}, {"state", R"({"id":"x"})"}, {"awaits_hooks", true}});
        whole.update(more);
        return whole;
    }

    std::filesystem::path trace() const { return directory / "trace"; }
    std::string traced() const { return find_file(trace()).value_or(""); }
    // The notes' first words and states.
    std::vector<std::string> notes() const
    {
        std::vector<std::string> lines;
        std::ifstream file{trace()};
        for (std::string line; std::getline(file, line);) {
            const std::size_t blank = line.find(' ');
            const Json state = parse_json(line.substr(blank + 1));
            lines.push_back(line.substr(0, blank) + " " + state.at("id").get<std::string>() + " " +
                            state.at("status").get<std::string>() +
                            (state.at("pid").get<int>() > 0 ? " pid" : ""));
        }
        return lines;
    }

    const Json with_hooks{{"hooks", true}};
};

TEST_F(HooksTest, RunBeforeTheProgramAfterItsStartAndAfterItsEnd)
{
    const Json hooks{{"prestart", {noting("prestart")}},
                     {"createRuntime", {noting("one"), noting("two")}},
                     {"poststart", {noting("poststart")}},
                     {"poststop", {noting("poststop")}}};
    const Client client =
        start(request("echo payload x >> " + trace().native() + "; read x", hooks), with_hooks);
    // poststart comes before "started" is told, which start() has heard.
    EXPECT_THAT(traced(), HasSubstr("poststart"));
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(next_packet(engine).at("event"), "exited");
    // All are over by then.
    std::string text = traced();
    const std::size_t payload_line = text.find("payload x\n");
    ASSERT_NE(payload_line, std::string::npos);
    EXPECT_GT(payload_line, text.find("two {"));
    text.erase(payload_line, 10);
    replace_file(trace(), text, Durability::page_cache);
    EXPECT_THAT(notes(), ElementsAre("prestart x creating pid", "one x creating pid", "two x creating pid",
                                     "poststart x running pid", "poststop x stopped"));
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(HooksTest, FailTheStartAndTheLastOnesTakeItBack)
{
    struct Case {
        Json hook;
        const char* words;
    };
    Json slow = hook("sleep 30");
    slow["timeout"] = 1;
    const Case cases[]{{hook("exit 3"), "hooks.createRuntime[1]: /bin/sh ended with status 3"},
                       {hook("kill -9 $$"), "hooks.createRuntime[1]: /bin/sh was killed by signal 9"},
                       {slow, "hooks.createRuntime[1]: /bin/sh took longer than 1 s"},
                       {{{"path", "/no/such"}}, "hooks.createRuntime[1]: "}};
    for (const Case& each : cases) {
        const Json hooks{{"createRuntime", {noting("first"), each.hook, noting("never")}},
                         {"poststop", {noting("last")}}};
        const Client client = prepare(request("exit 0", hooks), with_hooks);
        place();
        const Json failed = next_packet(engine);
        EXPECT_EQ(failed.at("event"), "failed");
        EXPECT_EQ(failed.at("error").at("name"), "StartFailed");
        EXPECT_THAT(failed.at("error").at("message").get<std::string>(), HasSubstr(each.words));
        EXPECT_THAT(notes(), ElementsAre("first x creating pid", "last x stopped"));
        EXPECT_EQ(wait_for_monitor(), 1);
        std::filesystem::remove(trace());
        monitor = {};
        is_reaped = false;
    }
    is_reaped = true;
}

TEST_F(HooksTest, AreNotWaitedForOnceThePayloadHasEnded)
{
    const Json hooks{{"poststart", {hook("sleep 1000; true")}}, {"poststop", {hook("sleep 1000 &")}}};
    const Client client = prepare(request("exit 5", hooks), with_hooks);
    place();
    EXPECT_EQ(next_packet(engine).at("event"), "started");
    EXPECT_EQ(next_packet(engine).at("status"), 5);
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(HooksTest, ThatComeTooLateToMatterAreNoted)
{
    const Json hooks{{"poststart", {hook("exit 1")}}, {"poststop", {hook("exit 2")}}};
    const Client client = start(request("read x", hooks), with_hooks);
    EXPECT_THAT(journal.next().at("MESSAGE"), HasSubstr("hooks.poststart[0]: /bin/sh ended with status 1"));
    write_all(client.input.number(), "\n", "input");
    EXPECT_EQ(next_packet(engine).at("status"), 0);
    EXPECT_THAT(journal.next().at("MESSAGE"), HasSubstr("exited with status 0"));
    EXPECT_THAT(journal.next().at("MESSAGE"), HasSubstr("hooks.poststop[0]: /bin/sh ended with status 2"));
    EXPECT_EQ(wait_for_monitor(), 0);
}

TEST_F(HooksTest, EndWithAnEngineThatVanishesDuringTheStart)
{
    const Json hooks{{"createRuntime", {hook("echo x x > " + trace().native() + "; sleep 1000; true")}}};
    const Client client = prepare(request("exit 0", hooks), with_hooks);
    place();
    engine.reset();
    EXPECT_EQ(wait_for_monitor(), 1);
}

TEST(Hooks, AreReadFromALaunchersRequest)
{
    const Hooks hooks =
        parse_hooks(
            R"({"config": "{\"hooks\": {\"poststop\": [{\"path\": \"/a\", \"env\": [], \"timeout\": 2}]}}"})")
            .value();
    ASSERT_EQ(hooks.stopped.size(), 1U);
    EXPECT_EQ(hooks.stopped[0].path, "/a");
    EXPECT_TRUE(hooks.stopped[0].env && hooks.stopped[0].env->empty());
    EXPECT_EQ(hooks.stopped[0].timeout, 2);
    EXPECT_EQ(hook_state_text(hooks, "stopped", 0), R"({"pid":0,"status":"stopped"})");
    for (const char* bad :
         {"", "{}", R"({"config": 1})", R"({"config": "{\"hooks\": {\"poststop\": [1]}}"})",
          R"({"config": "{\"hooks\": {\"poststop\": [{\"path\": \"/a\", \"timeout\": 0}]}}"})"})
        EXPECT_FALSE(parse_hooks(bad)) << bad;
}

} // namespace
} // namespace slipway::monitor::testing
