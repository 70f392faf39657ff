// SPDX-License-Identifier: LGPL-2.1-or-later
// run_container(): in the background or the foreground.
#include "slipway/run_container.hpp"

#include "client/manager.hpp"
#include "slipway/new_container.hpp"
#include "slipway/output.hpp"
#include "slipway/payload.hpp"
#include "slipway/replace.hpp"

namespace slipway::cli {

namespace {

// The session of the new payload; CONTAINER, TIMINGS and FILE outlive the task.
async::Task<Fd> start_run(client::Engine& engine, client::ContainerSettings settings, client::Streams streams,
                          std::string& container, Timings& timings, IdFile& file,
                          const std::optional<NewContainer>& news)
{
    client::Manager manager{engine};
    client::RunReply reply = co_await manager.run(std::move(settings), streams);
    timings.note("call");
    timings.add_engine(reply.timings);
    container = reply.container;
    if (news) {
        const std::string id = co_await news->find_id(container);
        file.write(id);
    }
    co_return std::move(reply.session);
}

int run_in_background(Context& context, client::ContainerSettings settings, Timings& timings, IdFile& file)
{
    context.engine().connect();
    timings.note("connect");
    const NewContainer news{context.engine()};
    client::Manager manager{context.engine()};
    const client::RunReply reply = context.await(manager.run(std::move(settings), {}));
    timings.note("call");
    const std::string id = context.await(news.find_id(reply.container));
    print_line(id);
    file.write(id);
    timings.add_engine(reply.timings);
    return 0;
}

// Made, and kept as a process of our own; where it does not start nothing is left.
int run_supervised(Context& context, const RunOptions& options, IdFile& file)
{
    const NewContainer news{context.engine()};
    client::Manager manager{context.engine()};
    const std::string path = context.await(manager.create(options.settings));
    try {
        file.write(context.await(news.find_id(path)));
        return supervise_container(context, path, options.supervision);
    } catch (const Failure&) {
        client::Container made{context.engine(), path};
        try {
            context.await(made.remove(client::Removal::forced));
        } catch (const Failure&) { // NOLINT(bugprone-empty-catch)
            // What went wrong first is what counts.
        }
        throw;
    }
}

} // namespace

int run_container(Context& context, const RunOptions& options, Timings& timings, IdFile& file)
{
    int status = 0;
    if (options.replaces)
        remove_if_there(context, *options.settings.name);
    if (options.is_supervised) {
        status = run_supervised(context, options, file);
    } else if (options.is_detached) {
        status = run_in_background(context, options.settings, timings, file);
    } else {
        std::string container;
        const Wishes wishes{options.settings.has_terminal, options.opens_stdin};
        require_terminal(wishes);
        context.engine().connect();
        timings.note("connect");
        // Heard of from the beginning, since a container that is removed at its end cannot be asked.
        std::optional<NewContainer> news;
        if (file.is_wanted())
            news.emplace(context.engine());
        const Begin begin = [&](client::Streams streams) {
            return start_run(context.engine(), options.settings, streams, container, timings, file, news);
        };
        const AskStatus ask_status = [&] {
            client::Container ended{context.engine(), container};
            return context.await(ended.wait());
        };
        status = run_in_foreground(context, wishes, LeaveWhen::at_end_of_output, begin, ask_status);
        timings.note("until the exit");
    }
    return status;
}

} // namespace slipway::cli
