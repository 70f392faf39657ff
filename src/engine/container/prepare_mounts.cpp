// SPDX-License-Identifier: LGPL-2.1-or-later
// Preparing mounts: before a start, an empty volume takes over what the image has at its target, and volumes
// with a device of their own learn where that is.
//
// That a volume is empty is only believed while no running container shows it; and who
// prepares one that may yet be filled waits for the others who do.
#include "base/failure.hpp"
#include "engine/container/lifecycle.hpp"
#include "kernel/project_quota.hpp"

namespace slipway::engine {

bool Lifecycle::shows_to_others(const ContainerRef& container, const std::string& volume) const
{
    for (const ContainerRef& other : catalog_.all())
        if (other != container && other->shows_volumes && has_volume(*other, volume))
            return true;
    return false;
}

async::Task<> Lifecycle::populate(ContainerRef container, Mount mount)
{
    const store::VolumeRow row = store_->volumes().at(mount.source);
    if (row.is_populated || shows_to_others(container, mount.source))
        co_return;
    const store::VolumeDirectories directories = store_->volume_directories();
    // The work goes on where the wait for it is given up, so it has all of its own.
    const auto is_filled = std::make_shared<bool>(!directories.is_empty(mount.source));
    if (!*is_filled) {
        const std::vector<std::filesystem::path> lower =
            store_->lower_directories(store_->images().at(container->row.image_id));
        const auto draft = std::make_shared<const store::VolumeDraft>(directories.make_draft());
        if (const std::uint32_t project = parse_volume_settings(row.settings).project; project != 0)
            kernel::give_project(draft->directory, project);
        const std::function<bool()> filling = own_ids_->filling(lower, mount.target, draft->data);
        const std::function<void()> removing = own_ids_->removal({draft->path});
        std::function<void()> work = [is_filled, directories, mount, draft, filling, removing] {
            try {
                *is_filled = filling();
                if (*is_filled)
                    directories.replace_content(*draft, mount.source);
            } catch (const std::exception&) {
                removing();
                throw;
            }
            removing();
            directories.sync_place(mount.source);
        };
        std::exception_ptr failure;
        try {
            co_await workers_->run(std::move(work));
        } catch (const Failure&) {
            failure = std::current_exception();
        }
        if (failure) {
            try {
                std::rethrow_exception(failure);
            } catch (const Failure& reason) {
                throw reason.within("filling the volume " + mount.source + " from the image");
            }
        }
    }
    if (*is_filled)
        store_->volumes().mark_populated(mount.source);
}

async::Task<> Lifecycle::find_devices(ContainerRef container)
{
    const auto sources = std::make_shared<std::map<std::string, VolumeSource>>();
    for (const Mount& mount : container->spec.mounts) {
        if (mount.kind != MountKind::volume)
            continue;
        const store::VolumeRow row = store_->volumes().at(mount.source);
        if (std::optional<VolumeSource> source = find_source(parse_volume_settings(row.settings).options))
            sources->emplace(mount.source, *std::move(source));
    }
    if (!sources->empty()) {
        std::function<void()> work = [sources] {
            for (auto& [volume, source] : *sources)
                resolve(source);
        };
        co_await workers_->run(std::move(work));
    }
    container->sources = *sources;
}

async::Task<> Lifecycle::prepare_mounts(ContainerRef container)
{
    co_await find_devices(container);
    std::vector<Mount> open;
    for (const Mount& mount : container->spec.mounts)
        if (mount.kind == MountKind::volume && mount.copies && mount.sub_path.empty() &&
            !container->sources.contains(mount.source) && !store_->volumes().at(mount.source).is_populated)
            open.push_back(mount);
    if (!open.empty()) {
        const auto turn = co_await populating_.take();
        for (const Mount& mount : open)
            co_await populate(container, mount);
        container->shows_volumes = true;
        co_return;
    }
    container->shows_volumes = true;
}

} // namespace slipway::engine
