// SPDX-License-Identifier: LGPL-2.1-or-later
// Archives that the engine writes: a file appears under its name when it is whole.
#include "slipway/output_job.hpp"

#include "slipway/human.hpp"
#include "slipway/progress_line.hpp"
#include "slipway/report.hpp"
#include "slipway/terminal.hpp"
#include "slipway/watched_job.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace slipway::cli {

OutputArchive::OutputArchive(const std::string& file)
{
    if (!file.empty() && file != "-") {
        descriptor_ = file_.emplace(file).take();
        return;
    }
    if (is_terminal(STDOUT_FILENO))
        throw Failure{ErrorCode::invalid_argument,
                      "standard output is a terminal, which an archive would spoil; name a file (-o FILE) or "
                      "redirect it"};
    descriptor_.reset(check(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), "use standard output"));
}

void OutputArchive::keep()
{
    if (file_)
        file_->keep();
}

std::string run_output_job(Context& context, const std::function<async::Task<std::string>()>& begin)
{
    ProgressLine line;
    std::string phase;
    WatchedJob job{context, [&](const client::Progress& progress) {
                       phase = progress.phase;
                       if (!phase.starts_with("left out"))
                           line.show(progress);
                   }};
    job.start(begin);
    std::string path = job.wait();
    line.clear();
    if (phase.starts_with("left out"))
        complain("slipway: " + visible(phase) + " (an archive has no sockets and no devices)\n");
    return path;
}

void run_output_job(Context& context, OutputArchive& output,
                    const std::function<async::Task<std::string>(int archive)>& begin)
{
    // Closed once the engine has it: the other end of a pipe is to see its end when all is written.
    const auto hand_over = [](Fd archive,
                              std::function<async::Task<std::string>(int)> task) -> async::Task<std::string> {
        co_return co_await task(archive.number());
    };
    run_output_job(context, [&] { return hand_over(output.take(), begin); });
    output.keep();
}

} // namespace slipway::cli
