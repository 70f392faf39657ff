// SPDX-License-Identifier: LGPL-2.1-or-later
// ArchiveJob: from the call to the end of its job.
#include "slipway/archive_job.hpp"

#include "slipway/terminal.hpp"

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

ArchiveJob::ArchiveJob(Context& context)
    : context_{&context}, inbox_{SIGINT, SIGTERM, SIGHUP}, watch_{context.engine(),
                                                                  [this](const client::Progress& progress) {
                                                                      line_.show(progress);
                                                                  }}
{
    sd_event_source* source = nullptr;
    check_negative(sd_event_add_io(context.loop().bare(), &source, inbox_.number(), EPOLLIN,
                                   &ArchiveJob::signal_came, this),
                   "listen for signals");
    source_ = async::Source{source};
}

std::string ArchiveJob::run(Fd archive, const std::function<async::Task<std::string>(int archive)>& begin)
{
    job_ = context_->await(begin(archive.number()));
    archive.reset();
    if (signals_ > 0)
        ask_for_end();
    async::Task<std::string> end = watch_.wait(job_);
    end.start();
    while (!end.is_done()) {
        context_->loop().run_once(UINT64_MAX);
        if (signals_ > 1)
            throw Failure{ErrorCode::cancelled, "left before the engine had undone the import"};
    }
    line_.clear();
    return end.take();
}

int ArchiveJob::signal_came(sd_event_source*, int, std::uint32_t, void* userdata)
{
    auto* const self = static_cast<ArchiveJob*>(userdata);
    while (self->inbox_.take())
        ++self->signals_;
    if (!self->job_.empty())
        self->ask_for_end();
    return 0;
}

void ArchiveJob::ask_for_end()
{
    if (cancel_)
        return;
    cancel_ = watch_.cancel(job_);
    cancel_.start();
}

} // namespace slipway::cli
