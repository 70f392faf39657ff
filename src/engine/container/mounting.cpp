// SPDX-License-Identifier: LGPL-2.1-or-later
// Mounting: which volumes a container has, and its mounts as the launcher takes them. A container's own list
// of them is the only record of who has a volume.
#include "base/id.hpp"
#include "engine/container/lifecycle.hpp"

#include <algorithm>
#include <filesystem>

namespace slipway::engine {

namespace {

bool propagates(const Mount& mount)
{
    return std::any_of(mount.options.begin(), mount.options.end(), [](const std::string& option) {
        return option == "shared" || option == "rshared" || option == "slave" || option == "rslave";
    });
}

// Of its user namespace.
std::uint32_t host_id_of(const ContainerSpec& spec, std::uint32_t id)
{
    return spec.first_host_id.value_or(0) + id;
}

sandbox::SourceFile file_of(const ContainerSpec& spec, const OpenSecret& secret, std::string name)
{
    return {std::move(name), secret.value, host_id_of(spec, secret.grant.uid),
            host_id_of(spec, secret.grant.gid), secret.grant.mode};
}

// Memory that is made by the launcher, and nowhere before it is the container's: one for all that are in the
// usual directory, one for each that is elsewhere.
void add_secrets(const Container& container, LaunchMounts& launch)
{
    const ContainerSpec& spec = container.spec;
    const auto source_at = [&launch](const std::string& target) -> sandbox::MountSource& {
        const auto [found, is_new] = launch.sources.try_emplace(target);
        if (is_new) {
            found->second.is_file_system = true;
            found->second.parameters = {{"mode", "0755"}};
            launch.mounts.push_back({target, "tmpfs", "secrets", {"ro", "nosuid", "nodev", "noexec"}});
        }
        return found->second;
    };
    for (const OpenSecret& secret : container.open_secrets) {
        if (is_in_secrets_directory(secret.grant)) {
            const std::string name = std::filesystem::path{secret.grant.target}.filename();
            source_at(secrets_directory).files.push_back(file_of(spec, secret, name));
        } else {
            sandbox::MountSource& source = source_at(secret.grant.target);
            source.files.push_back(file_of(spec, secret, "value"));
            source.below = "value";
        }
    }
}

std::set<std::string> targets_of(const std::vector<Mount>& mounts)
{
    std::set<std::string> targets;
    for (const Mount& mount : mounts)
        targets.insert(mount.target);
    return targets;
}

} // namespace

void Lifecycle::inherit_mounts(std::vector<Mount>& mounts, const std::vector<std::string>& wishes) const
{
    for (const std::string& wish : wishes) {
        const std::size_t colon = wish.find(':');
        const std::string mode = colon == std::string::npos ? "rw" : wish.substr(colon + 1);
        if (mode != "rw" && mode != "ro")
            throw Failure{ErrorCode::invalid_mount,
                          std::string{"volumes from '"}.append(wish).append("': '").append(mode).append(
                              "' is not ro or rw")};
        const ContainerRef other = catalog_.resolve(wish.substr(0, colon));
        for (Mount mount : other->spec.mounts) {
            if (mount.kind == MountKind::tmpfs || targets_of(mounts).contains(mount.target))
                continue;
            if (mode == "ro" && !mount.is_read_only()) {
                std::erase(mount.options, "rw");
                mount.options.emplace_back(mount.kind == MountKind::bind && mount.is_recursive ? "rro"
                                                                                               : "ro");
            }
            mounts.push_back(std::move(mount));
        }
    }
}

std::optional<store::VolumeRow> Lifecycle::plan_volume(const Mount& mount, const MountWish& wish,
                                                       std::vector<store::VolumeRow>& planned) const
{
    VolumeSettings settings{wish.volume_labels, wish.volume_options, 0};
    find_source(settings.options);
    if (settings.options.contains("size"))
        throw Failure{ErrorCode::invalid_mount,
                      "mount at " + mount.target +
                          ": a volume with a size is made by 'slipway volume create'"};
    const auto same = std::find_if(planned.begin(), planned.end(), [&mount](const store::VolumeRow& row) {
        return row.name == mount.source;
    });
    const std::optional<store::VolumeRow> there =
        same != planned.end() ? std::optional{*same} : store_->volumes().find(mount.source);
    if (there) {
        if (!wish.volume_options.empty() &&
            parse_volume_settings(there->settings).options != wish.volume_options)
            throw Failure{ErrorCode::invalid_mount, "mount at " + mount.target + ": the volume " +
                                                        mount.source +
                                                        " is there already, with other options"};
        return std::nullopt;
    }
    return store::VolumeRow{mount.source, now(), mount.is_anonymous, false, to_json(settings)};
}

std::vector<store::VolumeRow> Lifecycle::plan_mounts(Container& container, const ContainerSettings& settings,
                                                     const oci::ImageConfig& image)
{
    std::vector<Mount>& mounts = container.spec.mounts;
    std::vector<store::VolumeRow> rows;
    for (const MountWish& wish : settings.mounts) {
        Mount mount = complete(wish);
        if (targets_of(mounts).contains(mount.target))
            throw Failure{ErrorCode::invalid_mount, "two mounts at " + mount.target};
        if (mount.is_anonymous)
            mount.source = make_id();
        if (mount.kind == MountKind::volume)
            if (std::optional<store::VolumeRow> row = plan_volume(mount, wish, rows))
                rows.push_back(*std::move(row));
        mounts.push_back(std::move(mount));
    }
    inherit_mounts(mounts, settings.volumes_from);
    if (settings.has_init && targets_of(mounts).contains("/dev"))
        throw Failure{
            ErrorCode::invalid_mount,
            "mount at /dev: the program of Init (--init) is shown in a /dev of the container's own: "
            "leave out one of the two"};
    for (const std::string& target : image.volumes)
        if (std::optional<Mount> mount = volume_of_image(target, targets_of(mounts))) {
            mount->source = make_id();
            rows.push_back({mount->source, now(), true, false, to_json(VolumeSettings{})});
            mounts.push_back(*std::move(mount));
        }
    return rows;
}

LaunchMounts Lifecycle::launch_mounts(const ContainerRef& container) const
{
    LaunchMounts launch;
    const UserIds ids = container->spec.first_host_id ? UserIds::own : UserIds::hosts;
    for (const Mount& mount : container->spec.mounts) {
        std::string path = mount.source;
        if (mount.kind == MountKind::volume)
            path = store_->volume_directories().data(mount.source).native();
        oci::Mount made = runtime_mount(mount, path, ids);
        sandbox::MountSource source;
        source.below = mount.sub_path;
        source.must_propagate = propagates(mount);
        const auto device = container->sources.find(mount.source);
        if (mount.kind == MountKind::volume && device != container->sources.end()) {
            made.source = device->second.device;
            made.options.insert(made.options.end(), device->second.options.begin(),
                                device->second.options.end());
            if (device->second.type != "bind") {
                std::erase(made.options, "bind");
                made.type = device->second.type;
                source.is_file_system = true;
                source.is_loop = device->second.is_loop;
                source.parameters = device->second.parameters;
            }
        }
        launch.sources[made.destination] = std::move(source);
        launch.mounts.push_back(std::move(made));
    }
    if (container->spec.notifies) {
        launch.sources[notify_mount] = {};
        launch.mounts.push_back({notify_mount,
                                 "bind",
                                 notify_directory_of(container),
                                 {"bind", "nosuid", "nodev", "noexec", "ro"}});
    }
    add_secrets(*container, launch);
    for (oci::Mount& mount : wire_sockets_->mounts(*container)) {
        launch.sources[mount.destination] = {};
        launch.mounts.push_back(std::move(mount));
    }
    return launch;
}

void Lifecycle::remove_unused_volume(const std::string& volume)
{
    for (const ContainerRef& container : catalog_.all())
        if (has_volume(*container, volume))
            return;
    if (!store_->volumes().find(volume))
        return;
    discard(store_->remove_volume(volume));
    observer_->volume_removed(volume);
}

std::vector<std::string> Lifecycle::own_volumes(const ContainerRef& container) const
{
    std::set<std::string> names;
    for (const Mount& mount : container->spec.mounts)
        if (mount.kind == MountKind::volume && mount.is_anonymous)
            names.insert(mount.source);
    for (const ContainerRef& other : catalog_.all())
        if (other != container)
            std::erase_if(names, [&other](const std::string& name) { return has_volume(*other, name); });
    std::erase_if(names, [this](const std::string& name) { return !store_->volumes().find(name); });
    return {names.begin(), names.end()};
}

} // namespace slipway::engine
