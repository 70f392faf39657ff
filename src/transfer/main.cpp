// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-transfer: moves content between streams and the store, one process a transfer, confined.
#include "base/failure.hpp"
#include "transfer/space.hpp"
#include "transfer/unpack_command.hpp"

#include <cstdio>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

constexpr int usage_status = 2;

// A closed standard stream's number would go to a file of the archive, and a message into it.
void open_standard_streams()
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
        if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) != fd)
            ::_exit(1);
}

int run(const std::vector<std::string>& words)
{
    const std::string command = words.empty() ? "" : words.front();
    slipway::transfer::enter_space();
    if (command == "unpack" && words.size() == 1)
        return slipway::transfer::unpack_command();
    if (command == "remove")
        return slipway::transfer::remove_command({words.begin() + 1, words.end()});
    if (command == "probe" && words.size() == 2)
        return slipway::transfer::probe_command(words[1]);
    std::fputs(
        "slipway-transfer is started by slipwayd: slipway-transfer unpack|remove PATH…|probe DIRECTORY\n",
        stderr);
    return usage_status;
}

} // namespace

int main(int argc, char** argv)
{
    open_standard_streams();
    int status = 1;
    try {
        status = run({argv + (argc > 0 ? 1 : 0), argv + argc});
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "slipway-transfer: %s\n", failure.what());
    }
    // Destructors of libraries have no business in the confinement.
    ::_exit(status);
}
