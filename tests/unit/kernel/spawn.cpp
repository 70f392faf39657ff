// SPDX-License-Identifier: LGPL-2.1-or-later
// Spawning: descriptors, signals, environment and failures of a child.
#include "kernel/spawn.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

namespace slipway::kernel {
namespace {

struct Outcome {
    int status;
    std::string output;
};

Outcome outcome_of(const std::string& script, std::vector<DescriptorMapping> descriptors = {})
{
    FdPair pipe = make_pipe();
    descriptors.push_back({pipe.second.number(), 1});
    const Spawned child = spawn("/bin/sh", {"sh", "-c", script}, {"COLOR=red"}, descriptors);
    pipe.second.reset();
    Outcome outcome{-1, read_all(pipe.first.number(), "output")};
    siginfo_t info{};
    EXPECT_EQ(::waitid(P_PIDFD, static_cast<id_t>(child.pidfd.number()), &info, WEXITED), 0);
    EXPECT_EQ(info.si_pid, child.pid);
    outcome.status = info.si_status;
    return outcome;
}

TEST(Spawn, RunsAProgramWithItsEnvironmentAlone)
{
    const Outcome outcome = outcome_of("echo $COLOR $HOME; exit 7");
    EXPECT_EQ(outcome.output, "red\n");
    EXPECT_EQ(outcome.status, 7);
}

TEST(Spawn, ClosesEveryDescriptorThatIsNotMapped)
{
    const Fd inherited{::open("/dev/null", O_RDONLY)}; // no close-on-exec
    // The directory that the loop reads is a descriptor of the shell's own.
    EXPECT_EQ(outcome_of("for n in 0 2 3 4 5 6 7 8 9; do [ -e /proc/$$/fd/$n ] && echo $n; done; :").output,
              "");
}

TEST(Spawn, ExchangesTwoDescriptors)
{
    const Fd three = make_memory_file("three", "three\n");
    const Fd four = make_memory_file("four", "four\n");
    const int low = std::min(three.number(), four.number());
    const int high = std::max(three.number(), four.number());
    const std::string want = low == three.number() ? "four\nthree\n" : "three\nfour\n";
    const std::string script = "cat <&" + std::to_string(low) + "; cat <&" + std::to_string(high);
    EXPECT_EQ(outcome_of(script, {{low, high}, {high, low}}).output, want);
}

TEST(Spawn, GivesTheChildDefaultAndUnblockedSignals)
{
    struct sigaction before = {};
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &before);
    sigset_t set;
    sigset_t mask;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &set, &mask);
    const std::string output =
        outcome_of("while read -r name value; do case $name in SigBlk:|SigIgn:) echo $value;; esac; done "
                   "</proc/$$/status")
            .output;
    ::sigprocmask(SIG_SETMASK, &mask, nullptr);
    ::sigaction(SIGPIPE, &before, nullptr);
    EXPECT_EQ(output, "0000000000000000\n0000000000000000\n");
}

TEST(Spawn, TellsThatAProgramDoesNotExist)
{
    EXPECT_THROW(spawn("/no/such/program", {"x"}, {}, {}), Failure);
}

TEST(Spawn, RunsAnOpenProgram)
{
    const Fd program{::open("/bin/true", O_PATH | O_CLOEXEC)};
    const Spawned child = spawn(program, {"true"}, {}, {});
    int status = -1;
    EXPECT_EQ(::waitpid(child.pid, &status, 0), child.pid);
    EXPECT_EQ(status, 0);
}

} // namespace
} // namespace slipway::kernel
