// SPDX-License-Identifier: LGPL-2.1-or-later
// Tools beside jobs. The engine sees the end of the pipe when we close our copy of the tool's end, which is
// when the tool has ended well; otherwise the job is cancelled before it sees any end.
#include "slipway/tool_job.hpp"

#include "slipway/signal_inbox.hpp"
#include "slipway/tool.hpp"
#include "slipway/watched_job.hpp"

#include <array>
#include <optional>
#include <poll.h>
#include <unistd.h>

namespace slipway::cli {

namespace {

Failure tool_failure(const std::string& name, int status)
{
    return Failure{ErrorCode::io_error,
                   name + " failed with exit status " + std::to_string(status) + ": its own words are above"};
}

// The tool's end, as the loop hears of it.
struct ToolEnd {
    Tool* tool;
    Fd* pipe; // our copy of its output
    WatchedJob* job;
    std::optional<int> status{};

    static int came(sd_event_source* source, int, std::uint32_t, void* userdata)
    {
        auto* const self = static_cast<ToolEnd*>(userdata);
        sd_event_source_set_enabled(source, SD_EVENT_OFF);
        self->status = self->tool->wait();
        if (*self->status == 0)
            self->pipe->reset();
        else
            self->job->cancel();
        return 0;
    }
};

} // namespace

client::JobInfo run_tool_job(Context& context, const ToolCall& call,
                             const std::function<async::Task<std::string>(int archive)>& begin)
{
    FdPair pipe = make_pipe();
    WatchedJob job{context, {}};
    Tool tool{call.program, call.words, -1, pipe.second.number()};
    ToolEnd end{&tool, &pipe.second, &job};
    job.start([&] { return begin(pipe.first.number()); });
    pipe.first.reset();
    sd_event_source* bare = nullptr;
    check_negative(
        sd_event_add_io(context.loop().bare(), &bare, tool.number(), EPOLLIN, &ToolEnd::came, &end),
        "listen for a program's end");
    const async::Source source{bare};
    try {
        job.wait();
    } catch (const Failure&) {
        if (end.status.value_or(0) != 0 && !job.is_interrupted())
            throw tool_failure(call.name, *end.status);
        throw;
    }
    return context.await(client::fetch_job(context.engine(), job.path()));
}

void run_tool(const ToolCall& call)
{
    SignalInbox inbox{SIGINT, SIGTERM, SIGHUP};
    Tool tool{call.program, call.words, -1, STDERR_FILENO};
    std::array<pollfd, 2> events{pollfd{tool.number(), POLLIN, 0}, pollfd{inbox.number(), POLLIN, 0}};
    while (events[0].revents == 0) {
        if (::poll(events.data(), events.size(), -1) < 0 && errno != EINTR)
            throw errno_failure(errno, "wait for " + call.name);
        if (events[1].revents != 0)
            throw Failure{ErrorCode::cancelled, "cancelled"};
    }
    if (const int status = tool.wait(); status != 0)
        throw tool_failure(call.name, status);
}

} // namespace slipway::cli
