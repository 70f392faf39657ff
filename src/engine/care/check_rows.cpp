// SPDX-License-Identifier: LGPL-2.1-or-later
// StoreCheck: rows against configurations and directories, and what belongs to no row.
#include "base/id.hpp"
#include "engine/care/check.hpp"

#include <algorithm>
#include <sys/stat.h>

namespace slipway::engine {

namespace {

constexpr const char* in_use = "nothing was done, since it is in use: stop it, then repair again";
constexpr std::size_t scratch_name_length = 32;

bool is_busy(const Container& container)
{
    return !container.is_at_rest() || container.turns.is_taken();
}

bool is_scratch_name(const std::string& name)
{
    return name.size() == scratch_name_length &&
           name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::vector<std::filesystem::path> entries_of(const std::filesystem::path& directory)
{
    std::vector<std::filesystem::path> entries;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{directory, error})
        entries.push_back(entry.path());
    return entries;
}

} // namespace

void StoreCheck::check_rows()
{
    for (const Image& image : images_) {
        const std::optional<store::ImageRow> row = store_->images().find(image.row.id.text());
        if (!row || !image.config || row->layers == image.layers)
            continue;
        const std::string name = row->names.empty() ? row->id.text() : row->names.front();
        const std::size_t finding =
            find(Fault::contradicting_image, name,
                 "its rows in the database are not what its configuration says", {name});
        const bool is_whole =
            std::all_of(image.findings.begin(), image.findings.end(),
                        [this](std::size_t part) { return job_->findings[part].is_settled; });
        if (request_.repairs && is_whole) {
            store_->images().set_layers(row->id, image.layers);
            settle(finding, "they were written anew");
        } else if (request_.repairs) {
            job_->findings[finding].outcome = "not repaired, since parts of the image are damaged";
        }
    }
}

async::Task<> StoreCheck::check_containers()
{
    for (const ContainerRef& container : lifecycle_->catalog().all()) {
        const store::ContainerDirectory parts = store_->container_directories().at(container->id());
        if (!store_->containers().find(container->id())) {
            const std::size_t finding =
                find(Fault::lost_container, container->name(), "its row is not in the database any more", {});
            if (request_.repairs && store_->images().find("sha256:" + container->row.image_id)) {
                store_->containers().insert(container->row);
                settle(finding, "it was written anew");
            }
        }
        if (!store_->images().find("sha256:" + container->row.image_id))
            find(Fault::lost_container, container->name(),
                 "its image " + short_id(container->row.image_id) + " (" + container->row.image_name +
                     ") is not in the store: pull it again, or remove the container",
                 {container->row.image_name});
        std::error_code error;
        if (!std::filesystem::is_directory(parts.upper, error)) {
            const std::size_t finding = find(Fault::lost_container, container->name(),
                                             "its directory " + parts.upper.native() + " is gone", {});
            if (!request_.repairs)
                continue;
            if (is_busy(*container)) {
                job_->findings[finding].outcome = in_use;
                continue;
            }
            async::Task<> removing =
                lifecycle_->remove(container, Lifecycle::Force::no, Lifecycle::OwnVolumes::kept);
            co_await removing;
            settle(finding, "it was removed");
        } else if (!std::filesystem::is_directory(parts.work, error)) {
            const std::size_t finding = find(Fault::lost_container, container->name(),
                                             "its directory " + parts.work.native() + " is gone", {});
            if (!request_.repairs)
                continue;
            if (is_busy(*container)) {
                job_->findings[finding].outcome = in_use;
                continue;
            }
            check(::mkdir(parts.work.c_str(), 0700), "make the directory", parts.work.native());
            settle(finding, "it was made anew; nothing was in it");
        }
    }
}

void StoreCheck::check_volumes()
{
    for (const store::VolumeRow& row : store_->volumes().list()) {
        if (store_->volume_directories().has(row.name))
            continue;
        const std::size_t finding = find(Fault::lost_volume, row.name, "its directory is gone");
        if (!request_.repairs)
            continue;
        const std::vector<std::string> users = volumes_->users(row.name);
        const bool is_used = std::any_of(users.begin(), users.end(), [this](const std::string& user) {
            const ContainerRef container = lifecycle_->catalog().find(user);
            return container && is_busy(*container);
        });
        if (is_used) {
            job_->findings[finding].outcome = in_use;
        } else if (!users.empty()) {
            // They would not start without it.
            store_->volume_directories().adopt(store_->volume_directories().make_draft(), row.name);
            settle(finding, "an empty one was made, for " + users.front() + " has it");
        } else {
            store_->volumes().remove(row.name);
            workshop_->observer->volume_removed(row.name);
            settle(finding, "it was removed");
        }
    }
    for (const std::string& name : store_->volume_directories().list()) {
        if (store_->volumes().find(name))
            continue;
        const std::filesystem::path place = store_->database_file().parent_path() / "volumes" / name;
        const bool has_content = store::is_volume_name(name) && store_->volume_directories().has(name) &&
                                 !store_->volume_directories().is_empty(name);
        const std::size_t finding =
            find(has_content ? Fault::unlisted_volume : Fault::stray, place.native(),
                 has_content ? "it has content, and no row in the database" : "it belongs to nothing");
        if (!request_.repairs)
            continue;
        if (has_content) {
            store_->volumes().insert({name, now(), is_id(name), true, {}});
            workshop_->observer->volume_added(name);
            settle(finding, "it is a volume again; its labels and options are lost");
        } else if (const std::optional<store::Trash> trash = store_->scratch().take(place)) {
            workshop_->discard({*trash});
            settle(finding, "it was removed");
        }
    }
}

void StoreCheck::check_strays()
{
    std::vector<std::filesystem::path> strays;
    std::vector<std::filesystem::path> unsure;
    for (const store::Stray& stray : store_->strays()) {
        const std::string name = stray.path.filename().native();
        const auto& containers = lifecycle_->catalog().all();
        switch (stray.kind) {
        case store::Stray::Kind::container:
            if (std::none_of(containers.begin(), containers.end(),
                             [&name](const ContainerRef& known) { return known->id() == name; }))
                strays.push_back(stray.path);
            break;
        case store::Stray::Kind::layer:
            if (!layers_.contains(name) && !workshop_->spare_layers.contains(name) &&
                !workshop_->is_claimed(Digest::of_hex(name)))
                unsure.push_back(stray.path);
            break;
        case store::Stray::Kind::blob:
            if (!workshop_->is_promised(name) && !workshop_->spare_blobs.contains(name))
                unsure.push_back(stray.path);
            break;
        }
    }
    const std::filesystem::path top = store_->database_file().parent_path();
    for (const std::filesystem::path& entry : entries_of(top / "partial")) {
        const Result<Digest> chain_id = Digest::parse("sha256:" + entry.filename().native());
        if (!chain_id || (!workshop_->is_claimed(chain_id.value()) && workshop_->size_of(chain_id.value())))
            strays.push_back(entry);
    }
    for (const std::filesystem::path& entry : entries_of(top / "tmp"))
        if (!is_scratch_name(entry.filename().native()))
            strays.push_back(entry);

    const bool is_sure = !has_container_without_image();
    std::vector<store::Trash> trash;
    for (const auto* const list : {&strays, &unsure})
        for (const std::filesystem::path& path : *list) {
            const std::size_t finding = find(Fault::stray, path.native(), "it belongs to nothing");
            if (!request_.repairs)
                continue;
            if (list == &unsure && !is_sure) {
                job_->findings[finding].outcome =
                    "nothing was done, since a container may need it whose image is not in the store";
            } else {
                if (std::optional<store::Trash> taken = store_->scratch().take(path))
                    trash.push_back(*std::move(taken));
                settle(finding, "it was removed");
            }
        }
    workshop_->discard(std::move(trash));
}

} // namespace slipway::engine
