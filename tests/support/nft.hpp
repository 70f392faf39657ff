// SPDX-License-Identifier: LGPL-2.1-or-later
// nft: the program of this name in the calling thread's network namespace.
#pragma once

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/spawn.hpp"

#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace slipway::testing {

inline constexpr const char* nft_program = "/usr/sbin/nft";

inline bool has_nft()
{
    return ::access(nft_program, X_OK) == 0;
}

// What it says of COMMANDS. Throws Failure where it refuses them.
inline std::string nft(const std::string& commands)
{
    const Fd input = make_memory_file("nft", commands);
    FdPair output = make_pipe();
    const kernel::Spawned child =
        kernel::spawn(nft_program, {"nft", "-f", "-"}, kernel::own_environment(),
                      {{input.number(), 0}, {output.second.number(), 1}, {output.second.number(), 2}});
    output.second.reset();
    std::string said = read_all(output.first.number(), "nft's output");
    int status = -1;
    ::waitpid(child.pid, &status, 0);
    if (status != 0)
        throw Failure{ErrorCode::io_error, said};
    return said;
}

} // namespace slipway::testing
