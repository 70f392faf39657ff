// SPDX-License-Identifier: LGPL-2.1-or-later
// WatchedJob: signals and the job's end, whichever comes first.
#include "slipway/watched_job.hpp"

#include <csignal>

namespace slipway::cli {

WatchedJob::WatchedJob(Context& context, client::JobWatch::OnProgress on_progress)
    : context_{&context}, inbox_{SIGINT, SIGTERM, SIGHUP}, watch_{context.engine(), std::move(on_progress)}
{
    sd_event_source* source = nullptr;
    check_negative(sd_event_add_io(context.loop().bare(), &source, inbox_.number(), EPOLLIN,
                                   &WatchedJob::signal_came, this),
                   "listen for signals");
    source_ = async::Source{source};
}

void WatchedJob::start(const std::function<async::Task<std::string>()>& begin)
{
    job_ = context_->await(begin());
}

std::string WatchedJob::wait()
{
    if (signals_ > 0)
        ask_for_end();
    async::Task<std::string> end = watch_.wait(job_);
    end.start();
    while (!end.is_done()) {
        context_->loop().run_once(UINT64_MAX);
        if (signals_ > 1)
            throw Failure{ErrorCode::cancelled, "left before the engine had undone what it did"};
    }
    return end.take();
}

int WatchedJob::signal_came(sd_event_source*, int, std::uint32_t, void* userdata)
{
    auto* const self = static_cast<WatchedJob*>(userdata);
    while (self->inbox_.take())
        ++self->signals_;
    if (!self->job_.empty())
        self->ask_for_end();
    return 0;
}

void WatchedJob::ask_for_end()
{
    if (cancel_)
        return;
    cancel_ = watch_.cancel(job_);
    cancel_.start();
}

} // namespace slipway::cli
