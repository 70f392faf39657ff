// SPDX-License-Identifier: LGPL-2.1-or-later
// VolumeKeeper: creation with its quota, removal, description.
#include "engine/volume/keeper.hpp"

#include "base/id.hpp"
#include "base/json.hpp"
#include "kernel/project_quota.hpp"
#include "oci/image_config.hpp"

#include <set>

namespace slipway::engine {

namespace {

// Others count their projects from 1 on.
constexpr std::uint32_t first_project = 0x73000000;

} // namespace

VolumeKeeper::VolumeKeeper(async::TaskScope& tasks, async::Workers& workers, store::Store& store, Jobs& jobs,
                           Observer& observer, const Catalog& catalog, Transfers& transfers, OwnIds& own_ids)
    : tasks_{&tasks}, workers_{&workers}, store_{&store}, jobs_{&jobs}, observer_{&observer},
      catalog_{&catalog}, transfers_{&transfers}, own_ids_{&own_ids}
{
}

async::Task<> VolumeKeeper::discard(std::vector<store::Trash> trash)
{
    co_await workers_->run(own_ids_->removal(std::move(trash)));
}

async::Task<> VolumeKeeper::settle()
{
    const std::filesystem::path database = store_->database_file();
    std::function<void()> work = [database] { store::checkpoint(database); };
    co_await workers_->run(std::move(work));
}

std::uint32_t VolumeKeeper::free_project()
{
    std::set<std::uint32_t> taken = promised_projects_;
    for (const store::VolumeRow& row : store_->volumes().list())
        taken.insert(parse_volume_settings(row.settings).project);
    std::uint32_t project = first_project;
    while (taken.contains(project))
        ++project;
    return project;
}

async::Task<std::string> VolumeKeeper::create(std::string name, VolumeSettings settings)
{
    const bool is_anonymous = name.empty();
    if (is_anonymous)
        name = make_id();
    check_volume_name(name);
    find_source(settings.options);
    const std::uint64_t limit = size_limit(settings.options);
    store::VolumeRow row{name, now(), is_anonymous, false, {}};
    if (limit == 0) {
        row.settings = to_json(settings);
        store_->add_volume(row);
    } else {
        // The work goes on where the wait for it is given up, so it has all of its own.
        const auto draft =
            std::make_shared<const store::VolumeDraft>(store_->volume_directories().make_draft());
        std::exception_ptr failure;
        try {
            settings.project = free_project();
            const std::uint32_t project = settings.project;
            row.settings = to_json(settings);
            promised_projects_.insert(project);
            std::function<void()> work = [draft, project, limit] {
                kernel::limit_directory(draft->directory, project, limit);
            };
            co_await workers_->run(std::move(work));
            store_->add_volume(row, draft.get());
        } catch (const std::exception&) {
            failure = std::current_exception();
        }
        promised_projects_.erase(settings.project);
        if (failure) {
            std::vector<store::Trash> trash{draft->path};
            tasks_->spawn(discard(std::move(trash)));
            std::rethrow_exception(failure);
        }
    }
    observer_->volume_added(name);
    // What somebody asked for by name is there after a loss of power too.
    co_await settle();
    co_return name;
}

std::vector<std::string> VolumeKeeper::users(const std::string& name) const
{
    std::vector<std::string> users;
    for (const ContainerRef& container : catalog_->all())
        if (has_volume(*container, name))
            users.push_back(container->name());
    return users;
}

void VolumeKeeper::remove(const std::string& name)
{
    store_->volumes().at(name);
    std::string holders;
    for (const std::string& user : users(name))
        holders += (holders.empty() ? "" : ", ") + user;
    if (!holders.empty())
        throw Failure{ErrorCode::volume_in_use, "the volume " + name + " is in use by " + holders};
    std::vector<store::Trash> trash = store_->remove_volume(name);
    observer_->volume_removed(name);
    tasks_->spawn(discard(std::move(trash)));
}

bool VolumeKeeper::is_prunable(const store::VolumeRow& row, Prune which) const
{
    return (which == Prune::all || row.is_anonymous) && users(row.name).empty();
}

std::string VolumeKeeper::mountpoint(const std::string& name) const
{
    return store_->volume_directories().data(name).native();
}

std::string VolumeKeeper::describe(const std::string& name)
{
    const store::VolumeRow row = store_->volumes().at(name);
    const VolumeSettings settings = parse_volume_settings(row.settings);
    const Json json{
        {"Name", row.name},
        {"Driver", "local"},
        {"Scope", "local"},
        {"CreatedAt", oci::rfc3339(row.created_at)},
        {"Mountpoint", mountpoint(name)},
        {"Labels", settings.labels},
        {"Options", settings.options},
        {"Anonymous", row.is_anonymous},
        {"Users", users(name)},
    };
    return json_text(json, StrayBytes::replaced);
}

} // namespace slipway::engine
