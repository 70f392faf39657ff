// SPDX-License-Identifier: LGPL-2.1-or-later
// Archives that the engine writes: a file appears under its name when it is whole.
#include "slipway/output_job.hpp"

#include "slipway/human.hpp"
#include "slipway/progress_line.hpp"
#include "slipway/report.hpp"
#include "slipway/terminal.hpp"
#include "slipway/watched_job.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::cli {

OutputArchive::OutputArchive(std::string file) : file_{std::move(file)}
{
    if (file_.empty() || file_ == "-") {
        if (is_terminal(STDOUT_FILENO))
            throw Failure{
                ErrorCode::invalid_argument,
                "standard output is a terminal, which an archive would spoil; name a file (-o FILE) or "
                "redirect it"};
        descriptor_.reset(check(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), "use standard output"));
        return;
    }
    struct stat status {};
    if (::stat(file_.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
        // A pipe, or /dev/null.
        descriptor_.reset(check(::open(file_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY), "open", file_));
        return;
    }
    std::string draft = file_ + ".XXXXXX";
    descriptor_.reset(check(::mkostemp(draft.data(), O_CLOEXEC), "create", file_));
    draft_ = std::move(draft);
}

OutputArchive::~OutputArchive()
{
    if (!draft_.empty())
        ::unlink(draft_.c_str());
}

void OutputArchive::keep()
{
    if (draft_.empty())
        return;
    check(::rename(draft_.c_str(), file_.c_str()), "rename to", file_);
    draft_.clear();
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
    const auto hand_over = [](OutputArchive* archive,
                              std::function<async::Task<std::string>(int)> task) -> async::Task<std::string> {
        std::string path = co_await task(archive->descriptor().number());
        // The other end of a pipe is to see its end as soon as the engine has written all.
        archive->close();
        co_return path;
    };
    run_output_job(context, [&] { return hand_over(&output, begin); });
    output.keep();
}

} // namespace slipway::cli
