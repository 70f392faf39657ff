// SPDX-License-Identifier: LGPL-2.1-or-later
// Import: a tar archive becomes the content of a volume, at once or not at all.
#include "async/unless.hpp"
#include "engine/volume/keeper.hpp"
#include "kernel/project_quota.hpp"

namespace slipway::engine {

void VolumeKeeper::refuse_import(const std::string& name)
{
    const std::optional<store::VolumeRow> row = store_->volumes().find(name);
    if (!row)
        return;
    for (const ContainerRef& container : catalog_->all())
        if (has_volume(*container, name) && !container->is_at_rest())
            throw Failure{ErrorCode::volume_in_use,
                          "the volume " + name + " is in use by " + container->name()};
    if (find_source(parse_volume_settings(row->settings).options))
        throw Failure{ErrorCode::invalid_argument,
                      "the volume " + name + " has a device of its own: write to it from a container"};
    if (!store_->volume_directories().is_empty(name))
        throw Failure{ErrorCode::invalid_argument,
                      "the volume " + name + " is not empty: import to a new one, or remove it first"};
}

JobRef VolumeKeeper::import(Fd archive, const std::string& name)
{
    check_volume_name(name);
    refuse_import(name);
    auto shared = std::make_shared<Fd>(std::move(archive));
    return jobs_->start("import-volume",
                        [this, shared, name](JobRef job) { return do_import(std::move(job), shared, name); });
}

async::Task<std::string> VolumeKeeper::do_import(JobRef job, std::shared_ptr<Fd> archive, std::string name)
{
    // The work goes on where the wait for it is given up, so it has all of its own.
    const auto draft = std::make_shared<const store::VolumeDraft>(store_->volume_directories().make_draft());
    std::exception_ptr failure;
    try {
        if (const std::optional<store::VolumeRow> row = store_->volumes().find(name))
            if (const std::uint32_t project = parse_volume_settings(row->settings).project; project != 0)
                kernel::give_project(draft->directory, project);
        UnpackRequest request;
        request.archive = std::move(archive);
        request.directory = draft->directory.number();
        request.progress = [this, job](std::uint64_t bytes) { jobs_->progress(job, bytes, 0, "unpacking"); };
        async::Task<Unpacked> unpacking = transfers_->unpack(std::move(request));
        static_cast<void>(co_await async::unless(job->on_cancel, std::move(unpacking)));
        jobs_->progress(job, job->done, 0, "storing");
        std::function<void()> storing = [draft] { draft->sync(); };
        co_await workers_->run(std::move(storing));
        refuse_import(name); // meanwhile a container may have begun with it
        if (store_->volumes().find(name)) {
            store_->volume_directories().replace_content(*draft, name);
            store_->volumes().mark_populated(name);
            std::vector<store::Trash> trash{draft->path};
            tasks_->spawn(discard(std::move(trash)));
        } else {
            const store::VolumeRow row{name, now(), false, true, to_json(VolumeSettings{})};
            store_->add_volume(row, draft.get());
            observer_->volume_added(name);
        }
        std::function<void()> syncing = [directories = store_->volume_directories(), name] {
            directories.sync_place(name);
        };
        co_await workers_->run(std::move(syncing));
        co_await settle();
        co_return name;
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    std::vector<store::Trash> trash{draft->path};
    tasks_->spawn(discard(std::move(trash)));
    std::rethrow_exception(failure);
}

} // namespace slipway::engine
