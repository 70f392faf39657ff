// SPDX-License-Identifier: LGPL-2.1-or-later
// cp: files between a container and here. One side packs, the other unpacks; whichever is the engine's is a
// job, and whichever is here a process of ours.
#include "client/manager.hpp"
#include "slipway/archive.hpp"
#include "slipway/copy_side.hpp"
#include "slipway/human.hpp"
#include "slipway/local_copy.hpp"
#include "slipway/output_job.hpp"
#include "slipway/progress_line.hpp"
#include "slipway/verbs.hpp"
#include "slipway/watched_job.hpp"

namespace slipway::cli {

namespace {

struct Wish {
    CopySide from;
    CopySide to;
    bool keeps_owners = false;
    bool follows_link = false;
    bool is_quiet = false;
};

using Begin = std::function<async::Task<std::string>(int archive)>;

Failure in_container(const CopySide& side, const Failure& failure)
{
    return side.container ? failure.within(*side.container) : failure;
}

std::optional<Failure> failure_of(async::Task<std::uint64_t>& task, Context& context)
{
    while (!task.is_done())
        context.loop().run_once(UINT64_MAX);
    try {
        if (const std::uint64_t count = task.take(); count > 0)
            complain("slipway: left out: " + std::to_string(count) + " sockets or devices\n");
    } catch (const Failure& failure) {
        return failure;
    }
    return std::nullopt;
}

// The end of a job that is not the one whose progress is shown.
async::Task<std::uint64_t> end_of(client::JobWatch& watch, std::string job)
{
    co_await watch.wait(std::move(job));
    co_return 0;
}

class Copy {
  public:
    Copy(Context& context, Wish wish) : context_{&context}, wish_{std::move(wish)} {}

    void run()
    {
        if (wish_.from.is_stream())
            return take_stream();
        if (wish_.to.is_stream())
            return give_stream();
        FdPair pipe = make_pipe();
        if (wish_.from.container && wish_.to.container)
            return between(std::move(pipe));
        if (wish_.from.container) {
            std::vector<std::string> words{"copy-in", "--path=" + wish_.to.path};
            if (wish_.keeps_owners)
                words.emplace_back("--owners");
            LocalCopy local{*context_, words, pipe.first.number(), -1};
            pipe.first.reset();
            return finish(local.end(), std::move(pipe.second), sender());
        }
        std::vector<std::string> words{"pack", "path", "--path=" + wish_.from.path};
        if (wish_.follows_link)
            words.emplace_back("--follow-link");
        LocalCopy local{*context_, words, -1, pipe.second.number()};
        pipe.second.reset();
        finish(local.end(), std::move(pipe.first), receiver());
    }

  private:
    client::Container container(const CopySide& side)
    {
        client::Manager manager{context_->engine()};
        return {context_->engine(), context_->await(manager.find_container(*side.container))};
    }

    Begin sender()
    {
        return [from = container(wish_.from), path = wish_.from.path, follows = wish_.follows_link](
                   int archive) mutable { return from.copy_from(path, follows, archive); };
    }

    Begin receiver()
    {
        client::CopyTarget target{wish_.to.path, wish_.keeps_owners, wish_.from.is_stream()};
        return
            [to = container(wish_.to), target](int archive) mutable { return to.copy_to(target, archive); };
    }

    void take_stream()
    {
        wish_.keeps_owners = true;
        Fd archive =
            open_archive("-", "tar -c . | slipway cp - " + *wish_.to.container + ":" + wish_.to.path);
        run_archive_job(*context_, std::move(archive), receiver());
    }

    void give_stream()
    {
        OutputArchive output{"-"};
        run_output_job(*context_, output, sender());
    }

    void between(FdPair pipe)
    {
        client::JobWatch watch{context_->engine(), {}};
        const std::string job = context_->await(sender()(pipe.second.number()));
        pipe.second.reset();
        finish(end_of(watch, job), std::move(pipe.first), receiver());
    }

    // OTHER has begun; the job that BEGIN begins has the pipe's other END.
    void finish(async::Task<std::uint64_t> other, Fd end, const Begin& begin)
    {
        other.start();
        std::optional<Failure> failure;
        bool is_interrupted = false;
        {
            ProgressLine line;
            std::string left_out;
            WatchedJob job{*context_, [&](const client::Progress& progress) {
                               if (progress.phase.starts_with("left out"))
                                   left_out = progress.phase;
                               else if (!wish_.is_quiet)
                                   line.show(progress);
                           }};
            try {
                job.start([&] { return begin(end.number()); });
                end.reset();
                job.wait();
                line.clear();
                if (!left_out.empty())
                    complain("slipway: " + visible(left_out) + "\n");
            } catch (const Failure& reason) {
                failure = reason;
            }
            end.reset();
            is_interrupted = job.is_interrupted();
        }
        const std::optional<Failure> others = failure_of(other, *context_);
        if (is_interrupted && failure)
            throw *failure; // NOLINT: a copy is meant
        const bool is_receiver = wish_.to.container.has_value();
        report(is_receiver ? others : failure, is_receiver ? failure : others);
    }

    // Where both fail, one has torn down the other: a receiver to whom too little came knows no reason, and a
    // sender whom nobody reads knows none either.
    void report(const std::optional<Failure>& sending, const std::optional<Failure>& receiving) const
    {
        const bool is_starved = receiving && (receiving->code() == ErrorCode::truncated_archive ||
                                              receiving->code() == ErrorCode::unreadable_archive);
        if (sending && (!receiving || is_starved))
            throw in_container(wish_.from, *sending);
        if (receiving)
            throw in_container(wish_.to, *receiving);
    }

    Context* context_;
    Wish wish_;
};

} // namespace

int cp(Context& context, const Arguments& arguments)
{
    Wish wish;
    std::string from;
    std::string to;
    Options options{
        "cp [OPTIONS] FROM TO",
        "Copies a file or a directory out of a container, into one, or from one to another: one of "
        "the two is NAME:PATH. A path that ends in '/.' means what is in the directory; - is a tar "
        "archive on standard input or output. It may run or be at rest."};
    options.flag(
        "-a,--archive", wish.keeps_owners,
        "Keep owners, set-id bits, capabilities and ACLs; without it, files belong to who copies them, "
        "or to the container's root");
    options.flag("-L,--follow-link", wish.follows_link,
                 "Where FROM is a symbolic link, copy what it leads to");
    options.flag("-q,--quiet", wish.is_quiet, "Show no progress");
    options.operand("FROM", from, "PATH, NAME:PATH or -");
    options.operand("TO", to, "PATH, NAME:PATH or -");
    options.parse(arguments);
    wish.from = parse_copy_side(from);
    wish.to = parse_copy_side(to);
    if (!wish.from.container && !wish.to.container)
        throw UsageError{"neither FROM nor TO is in a container (NAME:PATH): for files here there is cp(1)"};

    Copy{context, std::move(wish)}.run();
    return 0;
}

} // namespace slipway::cli
