// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-init, run as it is: how it ends, what it passes on, whom it reaps.
#include "base/fd.hpp"
#include "base/file.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace slipway {
namespace {

class Init {
  public:
    explicit Init(std::vector<std::string> words) : output_{make_pipe()}, pid_{::fork()}
    {
        if (pid_ != 0) {
            output_.second.reset();
            return;
        }
        ::dup2(output_.second.number(), STDOUT_FILENO);
        ::dup2(output_.second.number(), STDERR_FILENO);
        // Who is given sockets gets them under our number.
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1); // NOLINT: one thread
        words.insert(words.begin(), SLIPWAY_INIT);
        std::vector<char*> bare;
        for (std::string& word : words)
            bare.push_back(word.data());
        bare.push_back(nullptr);
        ::execv(SLIPWAY_INIT, bare.data());
        ::_exit(99);
    }

    std::string line()
    {
        std::string text;
        for (char letter = 0; ::read(output_.first.number(), &letter, 1) == 1 && letter != '\n';)
            text += letter;
        return text;
    }
    void signal(int number) const { ::kill(pid_, number); }
    int end() const
    {
        int status = 0;
        ::waitpid(pid_, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    pid_t pid() const { return pid_; }

  private:
    FdPair output_;
    pid_t pid_;
};

Init shell(const std::string& script)
{
    return Init{{"--", "/bin/sh", "-c", script}};
}

TEST(SlipwayInit, EndsAsItsProgramDoes)
{
    EXPECT_EQ(shell("exit 7").end(), 7);
    EXPECT_EQ(shell("kill -KILL $$").end(), 128 + SIGKILL);
    EXPECT_EQ((Init{{"/bin/true"}}.end()), 0);
}

TEST(SlipwayInit, SaysWhyThereIsNoProgram)
{
    Init none{{}};
    EXPECT_TRUE(none.line().starts_with("slipway-init: no program to run"));
    EXPECT_EQ(none.end(), 125);
    Init missing{{"--", "/no/such/program"}};
    EXPECT_EQ(missing.line(), "slipway-init: cannot execute /no/such/program: No such file or directory");
    EXPECT_EQ(missing.end(), 127);
    EXPECT_EQ((Init{{"/etc/passwd"}}.end()), 126);
}

TEST(SlipwayInit, PassesSignalsOn)
{
    Init init = shell("sleep 1000 & trap \"kill $!; echo told; exit 3\" TERM; echo ready; wait");
    ASSERT_EQ(init.line(), "ready");
    init.signal(SIGTERM);
    EXPECT_EQ(init.line(), "told");
    EXPECT_EQ(init.end(), 3);
}

TEST(SlipwayInit, ReapsWhatOthersLeaveAndGoesOn)
{
    // The child of a shell that has ended becomes its child. Nobody tells when it is no zombie any more.
    Init init = shell("sh -c 'true & echo $!'; sleep 1000 & trap \"kill $!; exit 4\" TERM; echo ready; wait");
    const pid_t orphan = std::stoi(init.line());
    ASSERT_EQ(init.line(), "ready");
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (::kill(orphan, 0) == 0 && std::chrono::steady_clock::now() < end)
        std::this_thread::yield();
    EXPECT_EQ(::kill(orphan, 0), -1);
    init.signal(SIGTERM);
    EXPECT_EQ(init.end(), 4);
}

TEST(SlipwayInit, GivesItsSocketsToTheProgram)
{
    Init init = shell("[ \"$LISTEN_PID\" = $$ ] && echo mine");
    EXPECT_EQ(init.line(), "mine");
    EXPECT_EQ(init.end(), 0);
}

} // namespace
} // namespace slipway
