// SPDX-License-Identifier: LGPL-2.1-or-later
// Archives: opened, handed over, watched.
#include "slipway/archive.hpp"

#include "slipway/progress_line.hpp"
#include "slipway/terminal.hpp"
#include "slipway/watched_job.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace slipway::cli {

Fd open_archive(const std::string& file, const std::string& example)
{
    if (file != "-")
        return Fd{check(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY), "open", file)};
    if (is_terminal(STDIN_FILENO))
        throw Failure{ErrorCode::invalid_argument,
                      "standard input is a terminal; give an archive, as in '" + example + "'"};
    return Fd{check(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), "use standard input")};
}

std::string run_archive_job(Context& context, Fd archive,
                            const std::function<async::Task<std::string>(int archive)>& begin)
{
    ProgressLine line;
    WatchedJob job{context, [&line](const client::Progress& progress) { line.show(progress); }};
    job.start([&] { return begin(archive.number()); });
    // The other end of a pipe is to see it closed when the engine gives up.
    archive.reset();
    std::string path = job.wait();
    line.clear();
    return path;
}

} // namespace slipway::cli
