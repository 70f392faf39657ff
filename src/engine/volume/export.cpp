// SPDX-License-Identifier: LGPL-2.1-or-later
// Export: the content of a volume as a tar.
#include "async/unless.hpp"
#include "engine/volume/keeper.hpp"

#include <fcntl.h>

namespace slipway::engine {

JobRef VolumeKeeper::export_content(const std::string& name, Fd archive)
{
    const store::VolumeRow row = store_->volumes().at(name);
    if (find_source(parse_volume_settings(row.settings).options))
        throw Failure{ErrorCode::invalid_argument,
                      "the volume " + name + " has a device of its own: read it from a container"};
    auto shared = std::make_shared<Fd>(std::move(archive));
    return jobs_->start("export-volume",
                        [this, shared, name](JobRef job) { return do_export(std::move(job), shared, name); });
}

async::Task<std::string> VolumeKeeper::do_export(JobRef job, std::shared_ptr<Fd> archive, std::string name)
{
    const std::string path = mountpoint(name);
    const Fd directory{
        check(::open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), "open", path)};
    PackRequest request{directory.number(), -1, std::move(archive), {"tree"}, {}};
    request.progress = [this, job](std::uint64_t bytes) { jobs_->progress(job, bytes, 0, "packing"); };
    async::Task<Packed> packing = transfers_->pack(std::move(request));
    const Packed packed = co_await async::unless(job->on_cancel, std::move(packing));
    // Half of it may have gone with it.
    store_->volumes().at(name);
    if (const std::string text = left_out_text(packed.left_out); !text.empty())
        jobs_->progress(job, packed.size, packed.size, text);
    co_return name;
}

} // namespace slipway::engine
