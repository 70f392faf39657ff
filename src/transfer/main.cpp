// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-transfer: moves content between streams and the store, one process a transfer, confined.
#include "base/failure.hpp"
#include "transfer/assemble_command.hpp"
#include "transfer/compare_command.hpp"
#include "transfer/copy_in_command.hpp"
#include "transfer/diff_command.hpp"
#include "transfer/enclose_command.hpp"
#include "transfer/extract_command.hpp"
#include "transfer/pack_command.hpp"
#include "transfer/space.hpp"
#include "transfer/unpack_command.hpp"

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <utility>
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

int run(std::string_view command, std::vector<std::string> words)
{
    using namespace slipway::transfer;
    enter_space();
    if (command == "remove")
        return remove_command(words);
    if (command == "measure")
        return measure_command(words);
    if (command == "probe" && words.size() == 2)
        return probe_command(words);
    if (command == "build-root" && words.size() > 4)
        return build_root_command(words);
    if (command == "compare-root" && words.size() > 2)
        return compare_root_command(words);
    if (command == "copy-content" && words.size() > 2)
        return copy_content_command(words);
    if (command == "unpack")
        return unpack_command(Words{std::move(words)});
    if (command == "assemble")
        return assemble_command(Words{std::move(words)});
    if (command == "compare")
        return compare_command(Words{std::move(words)});
    if (command == "extract")
        return extract_command(Words{std::move(words)});
    if (command == "enclose")
        return enclose_command(Words{std::move(words)});
    if (command == "pack")
        return pack_command(Words{std::move(words)});
    if (command == "copy-in")
        return copy_in_command(Words{std::move(words)});
    if (command == "diff")
        return diff_command(Words{std::move(words)});
    std::fputs("slipway-transfer is started by slipwayd: slipway-transfer "
               "unpack|assemble|pack|copy-in|compare|diff|extract|enclose|remove PATH…|measure PATH…|"
               "probe DIRECTORY DRIVER|build-root …|compare-root …|copy-content …\n",
               stderr);
    return usage_status;
}

} // namespace

int main(int argc, char** argv)
{
    open_standard_streams();
    int status = 1;
    try {
        status = run(argc >= 2 ? argv[1] : "", {argv + std::min(argc, 2), argv + argc});
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "slipway-transfer: %s\n", failure.what());
    }
    // Destructors of libraries have no business in the confinement.
    ::_exit(status);
}
