// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerFiles: a view, and a transfer that reads it.
#include "engine/container/files.hpp"

#include "async/unless.hpp"

namespace slipway::engine {

JobRef ContainerFiles::start(const char* kind, std::function<async::Task<>(JobRef job)> work)
{
    return jobs_->start(kind, [work = std::move(work)](JobRef job) { return finish(std::move(job), work); });
}

async::Task<std::string> ContainerFiles::finish(JobRef job, std::function<async::Task<>(JobRef job)> work)
{
    async::Task<> working = work(job);
    co_await async::unless(job->on_cancel, std::move(working));
    co_return std::string{};
}

JobRef ContainerFiles::export_root(ContainerRef container, Fd archive)
{
    Sending sending{ViewOf::root, {"tree"}, std::make_shared<Fd>(std::move(archive))};
    return start("export-container",
                 [this, container, sending](JobRef job) { return send(std::move(job), container, sending); });
}

JobRef ContainerFiles::copy_from(ContainerRef container, const std::string& path, LastLink last, Fd archive)
{
    Sending sending{ViewOf::all, {"path", "--path=" + path}, std::make_shared<Fd>(std::move(archive))};
    if (last == LastLink::follow)
        sending.words.emplace_back("--follow-link");
    return start("copy-from-container",
                 [this, container, sending](JobRef job) { return send(std::move(job), container, sending); });
}

JobRef ContainerFiles::copy_to(ContainerRef container, CopyTarget target, Fd archive)
{
    auto shared = std::make_shared<Fd>(std::move(archive));
    return start("copy-to-container", [this, container, target, shared](JobRef job) {
        return receive(std::move(job), container, target, shared);
    });
}

async::Task<> ContainerFiles::send(JobRef job, ContainerRef container, Sending sending)
{
    async::Task<View> viewing = lifecycle_->view(container, sending.what);
    const View view = co_await viewing;
    PackRequest request{
        view.root.number(), view.users.number(), std::move(sending.archive), std::move(sending.words), {}};
    request.progress = [this, job](std::uint64_t bytes) { jobs_->progress(job, bytes, 0, "packing"); };
    async::Task<Packed> packing = transfers_->pack(std::move(request));
    const Packed packed = co_await packing;
    lifecycle_->check_there(container);
    if (const std::string text = left_out_text(packed.left_out); !text.empty())
        jobs_->progress(job, packed.size, packed.size, text);
}

async::Task<> ContainerFiles::receive(JobRef job, ContainerRef container, CopyTarget target,
                                      std::shared_ptr<Fd> archive)
{
    async::Task<View> viewing = lifecycle_->view(container, ViewOf::all);
    const View view = co_await viewing;
    CopyInRequest request{
        view.root.number(), view.users.number(), std::move(archive), {"--path=" + target.path}, {}};
    if (target.is_archive)
        request.words.emplace_back("--archive");
    if (target.keeps_owners)
        request.words.emplace_back("--owners");
    request.progress = [this, job](std::uint64_t bytes) { jobs_->progress(job, bytes, 0, "copying"); };
    async::Task<Copied> copying = transfers_->copy_in(std::move(request));
    const Copied copied = co_await copying;
    lifecycle_->check_there(container);
    if (const std::string text = left_out_text(copied.left_out); !text.empty())
        jobs_->progress(job, copied.size, copied.size, text);
}

async::Task<> ContainerFiles::diff(ContainerRef container, Fd output)
{
    async::Task<ViewHold> holding = lifecycle_->hold(container);
    const ViewHold hold = co_await holding;
    DiffRequest request{lifecycle_->directories(container), std::make_shared<Fd>(std::move(output))};
    async::Task<> comparing = transfers_->diff(std::move(request));
    co_await comparing;
    lifecycle_->check_there(container);
}

} // namespace slipway::engine
