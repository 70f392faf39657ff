// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-transfer: moves content between streams and the store, one process a transfer, confined.
#include "base/failure.hpp"
#include "transfer/assemble_command.hpp"
#include "transfer/pack_command.hpp"
#include "transfer/unpack_command.hpp"

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace {

constexpr int usage_status = 2;

// A closed standard stream's number would go to a file of the archive, and a message into it.
void open_standard_streams()
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
        if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) != fd)
            ::_exit(1);
}

int run(std::string_view command, slipway::transfer::Words words)
{
    if (command == "unpack")
        return slipway::transfer::unpack_command(std::move(words));
    if (command == "assemble")
        return slipway::transfer::assemble_command(std::move(words));
    if (command == "pack")
        return slipway::transfer::pack_command(std::move(words));
    std::fputs("slipway-transfer is started by slipwayd: slipway-transfer unpack|assemble|pack\n", stderr);
    return usage_status;
}

} // namespace

int main(int argc, char** argv)
{
    open_standard_streams();
    int status = 1;
    try {
        status = run(argc >= 2 ? argv[1] : "", slipway::transfer::Words{{argv + std::min(argc, 2), argv + argc}});
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "slipway-transfer: %s\n", failure.what());
    }
    // Destructors of libraries have no business in the confinement.
    ::_exit(status);
}
