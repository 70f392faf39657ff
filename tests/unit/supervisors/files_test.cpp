// SPDX-License-Identifier: LGPL-2.1-or-later
// Files: each supervisor's words for a service; its shell scripts as a shell reads them.
#include "supervisors/files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

namespace slipway::supervisors {
namespace {

constexpr Supervisor all[]{Supervisor::runit,  Supervisor::sysvinit,    Supervisor::s6,
                           Supervisor::openrc, Supervisor::supervisord, Supervisor::upstart};

Service web()
{
    Service service;
    service.name = "web";
    service.program = "/usr/bin/slipway";
    service.stop_timeout = std::chrono::seconds{7};
    return service;
}

Service with_needs()
{
    Service service = web();
    service.needs = {{"db", true, false}, {"cache", false, false}, {"migrate", true, true}};
    service.depth = 2;
    return service;
}

Service limited()
{
    Service service = web();
    service.retries = 3;
    return service;
}

std::string text_at(const std::vector<File>& files, const std::string& path)
{
    const auto found =
        std::find_if(files.begin(), files.end(), [&](const File& file) { return file.path == path; });
    return found == files.end() ? "(no " + path + ")" : found->text;
}

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

int check_as_shell(const std::string& text)
{
    std::FILE* const shell = ::popen("sh -n", "w"); // NOLINT: our own command
    std::fputs(text.c_str(), shell);
    return ::pclose(shell);
}

TEST(SupervisorFiles, AreShellWhereTheyAreScripts)
{
    Service engine = web();
    engine.kind = Service::Kind::engine;
    engine.restart = RestartOn::any_end;
    Service always = web();
    always.restart = RestartOn::any_end;
    int scripts = 0;
    for (const Service& service : {web(), with_needs(), limited(), engine, always})
        for (const Supervisor supervisor : all)
            for (const File& file : files_for(supervisor, service))
                if (file.text.starts_with("#!")) {
                    EXPECT_EQ(check_as_shell(file.text), 0) << file.path << "\n" << file.text;
                    EXPECT_TRUE(file.is_executable) << file.path;
                    EXPECT_FALSE(has(file.text, "@")) << file.text;
                    ++scripts;
                }
    EXPECT_GT(scripts, 30);
}

TEST(SupervisorFiles, KnowTheSupervisorsByName)
{
    EXPECT_EQ(parse_supervisor("s6").value(), Supervisor::s6);
    EXPECT_FALSE(parse_supervisor("systemd").has_value());
    EXPECT_TRUE(has(parse_supervisor("monit").failure().message(), "runit, sysvinit, s6, openrc"));
}

TEST(SupervisorFiles, PutNamesAboveSeveral)
{
    EXPECT_EQ(text_of({{"one", "1\n"}}), "1\n");
    EXPECT_EQ(text_of({{"one", "1\n"}, {"two", "2\n"}}), "==> one <==\n1\n\n==> two <==\n2\n");
}

TEST(RunitFiles, RunTheMirrorAndItsLog)
{
    const auto files = runit_files(web());
    EXPECT_TRUE(has(text_at(files, "web/run"),
                    "exec /usr/bin/slipway supervise --log output --ready-fd 3 -- web 3>supervise/ready\n"));
    EXPECT_TRUE(has(text_at(files, "web/log/run"), "exec svlogd -tt /var/log/slipway/web\n"));
    EXPECT_TRUE(has(text_at(files, "web/finish"), "[ \"$1\" -ne 0 ] || exec sv down .\n"));
    Service always = web();
    always.restart = RestartOn::any_end;
    EXPECT_FALSE(has(text_at(runit_files(always), "web/finish"), "sv down"));
    EXPECT_TRUE(has(text_at(runit_files(limited()), "web/finish"), "-gt 3 ]"));
}

TEST(RunitFiles, WaitForWhatTheServiceNeeds)
{
    const std::string run = text_at(runit_files(with_needs()), "web/run");
    EXPECT_TRUE(has(run, "sv start ../db || exit 1\n"));
    EXPECT_TRUE(has(run, "sv start ../cache || true\n"));
    EXPECT_FALSE(has(run, "migrate"));
}

TEST(S6Files, SayWhenItIsReadyAndHowLongAStopTakes)
{
    const auto files = s6_files(web());
    EXPECT_TRUE(
        has(text_at(files, "web/run"), "exec /usr/bin/slipway supervise --log output --ready-fd 3 -- web\n"));
    EXPECT_EQ(text_at(files, "web/notification-fd"), "3\n");
    EXPECT_EQ(text_at(files, "web/timeout-kill"), "17000\n");
    EXPECT_TRUE(has(text_at(files, "web/finish"), "[ \"$1\" -ne 0 ] || exit 125\n"));
    EXPECT_TRUE(has(text_at(s6_files(limited()), "web/finish"), "s6-permafailon 48 4 1-255,SIG1,"));
    EXPECT_TRUE(has(text_at(s6_files(with_needs()), "web/run"), "s6-svwait -U -t 60000 ../db || exit 1\n"));
}

TEST(SysvinitFiles, BeginWithTheHeadersOfTheStandard)
{
    const std::string script = text_at(sysvinit_files(with_needs()), "slipway-web");
    EXPECT_TRUE(has(script, "# Required-Start:    $local_fs $network slipwayd slipway-db slipway-migrate\n"));
    EXPECT_TRUE(has(script, "# Should-Start:      $syslog $named slipway-cache\n"));
    EXPECT_TRUE(has(script, "# chkconfig: 2345 53 47\n"));
    EXPECT_TRUE(has(script, "--retry TERM/17/KILL/5"));
    EXPECT_TRUE(has(script, "[ \"$status\" -ne 0 ] || break\n"));
    EXPECT_TRUE(has(text_at(sysvinit_files(limited()), "slipway-web"), "[ \"$count\" -le 3 ] || break\n"));
}

TEST(OpenrcFiles, HaveDependenciesAndPatience)
{
    const std::string script = text_at(openrc_files(with_needs()), "slipway-web");
    EXPECT_TRUE(has(script, "    need slipwayd slipway-db slipway-migrate\n    want slipway-cache\n"));
    EXPECT_TRUE(has(script, "command_args=\"supervise --log output --remain-after-exit -- web\"\n"));
    Service always = web();
    always.restart = RestartOn::any_end;
    EXPECT_TRUE(has(text_at(openrc_files(always), "slipway-web"), "\"supervise --log output -- web\"\n"));
    EXPECT_TRUE(has(script, "retry=\"TERM/17/KILL/5\"\n"));
    EXPECT_TRUE(has(script, "respawn_max=0\n\n"));
    EXPECT_TRUE(has(text_at(openrc_files(limited()), "slipway-web"), "respawn_max=3\nrespawn_period=40\n"));
}

TEST(SupervisordFiles, AreASection)
{
    const std::string section = text_at(supervisord_files(with_needs()), "slipway-web.conf");
    for (const char* line : {"[program:web]\n", "command=/usr/bin/slipway supervise --log output -- web\n",
                             "priority=502\n", "autorestart=unexpected\n", "stopwaitsecs=17\n"})
        EXPECT_TRUE(has(section, line)) << line;
    const std::string three = text_at(supervisord_files(limited()), "slipway-web.conf");
    EXPECT_TRUE(has(three, "startsecs=10\nstartretries=3\n"));
}

TEST(SupervisorFiles, OfTheEngineRunIt)
{
    Service engine = web();
    engine.kind = Service::Kind::engine;
    engine.name = "slipwayd";
    engine.program = "/usr/lib/slipway/slipwayd";
    engine.words = "--no-bus";
    engine.restart = RestartOn::any_end;
    EXPECT_TRUE(
        has(text_at(runit_files(engine), "slipwayd/run"), "exec /usr/lib/slipway/slipwayd --no-bus\n"));
    EXPECT_TRUE(has(text_at(openrc_files(engine), "slipwayd"), "command_args=\"--no-bus\"\n"));
    EXPECT_FALSE(has(text_at(openrc_files(engine), "slipwayd"), "need"));
    const std::string script = text_at(sysvinit_files(engine), "slipwayd");
    EXPECT_TRUE(has(script, "# Required-Start:    $local_fs $network\n"));
    EXPECT_FALSE(has(script, "|| break\n        sleep"));
}

} // namespace
} // namespace slipway::supervisors
