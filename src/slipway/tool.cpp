// SPDX-License-Identifier: LGPL-2.1-or-later
// Tools: looked for, spawned, reaped.
#include "slipway/tool.hpp"

#include "base/failure.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <string_view>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace slipway::cli {

namespace {

// For a tool to undo what it did, once it is told to end.
constexpr int patience_ms = 10'000;
constexpr int of_signal = 128;

bool is_program(const std::string& path)
{
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

} // namespace

std::optional<std::string> find_program(const std::string& name)
{
    const char* const variable = std::getenv("PATH"); // NOLINT: one thread
    std::string_view rest = variable == nullptr ? "/usr/local/bin:/usr/bin:/bin" : variable;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        const std::string path = std::string{rest.substr(0, end)} + "/" + name;
        // What lies around where we happen to be is not meant.
        if (path.front() == '/' && is_program(path))
            return path;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return std::nullopt;
}

Tool::Tool(const std::string& program, const std::vector<std::string>& words, int input, int output,
           const std::vector<kernel::DescriptorMapping>& others)
    : pid_{-1}
{
    const Fd nothing{check(::open("/dev/null", O_RDWR | O_CLOEXEC), "open /dev/null")};
    std::vector<std::string> arguments{program};
    arguments.insert(arguments.end(), words.begin(), words.end());
    std::vector<kernel::DescriptorMapping> descriptors{
        {input < 0 ? nothing.number() : input, STDIN_FILENO},
        {output < 0 ? nothing.number() : output, STDOUT_FILENO},
        {STDERR_FILENO, STDERR_FILENO}};
    descriptors.insert(descriptors.end(), others.begin(), others.end());
    kernel::Spawned spawned = kernel::spawn(program, arguments, kernel::own_environment(), descriptors);
    pid_ = spawned.pid;
    pidfd_ = std::move(spawned.pidfd);
}

Tool::~Tool()
{
    if (pid_ < 0)
        return;
    ::kill(pid_, SIGTERM);
    pollfd end{pidfd_.number(), POLLIN, 0};
    if (::poll(&end, 1, patience_ms) == 0)
        ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

int Tool::wait()
{
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0)
        if (errno != EINTR)
            throw errno_failure(errno, "wait for a program");
    pid_ = -1;
    return WIFSIGNALED(status) ? of_signal + WTERMSIG(status) : WEXITSTATUS(status);
}

} // namespace slipway::cli
