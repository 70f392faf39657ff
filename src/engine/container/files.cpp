// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerFiles: a view, and a transfer that reads it.
#include "engine/container/files.hpp"

#include "async/unless.hpp"

namespace slipway::engine {

JobRef ContainerFiles::export_root(ContainerRef container, Fd archive)
{
    auto shared = std::make_shared<Fd>(std::move(archive));
    return jobs_->start("export-container", [this, container, shared](JobRef job) {
        return do_export(std::move(job), container, shared);
    });
}

async::Task<std::string> ContainerFiles::do_export(JobRef job, ContainerRef container,
                                                   std::shared_ptr<Fd> archive)
{
    async::Task<> sending = send_root(job, container, archive);
    co_await async::unless(job->on_cancel, std::move(sending));
    co_return std::string{};
}

async::Task<> ContainerFiles::send_root(JobRef job, ContainerRef container, std::shared_ptr<Fd> archive)
{
    async::Task<View> viewing = lifecycle_->view(container, ViewOf::root);
    const View view = co_await viewing;
    PackRequest request{view.root.number(), view.users.number(), std::move(archive), {"tree"}, {}};
    request.progress = [this, job](std::uint64_t bytes) { jobs_->progress(job, bytes, 0, "packing"); };
    async::Task<Packed> packing = transfers_->pack(std::move(request));
    const Packed packed = co_await packing;
    lifecycle_->check_there(container);
    if (const std::string text = left_out_text(packed); !text.empty())
        jobs_->progress(job, packed.size, packed.size, text);
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
