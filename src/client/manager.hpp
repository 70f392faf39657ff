// SPDX-License-Identifier: LGPL-2.1-or-later
// Manager: the proxy of the engine's root object (dbus/org.slipway.Engine1.Manager.xml).
#pragma once

#include "client/container.hpp"
#include "client/disk_usage.hpp"
#include "client/group.hpp"
#include "client/image.hpp"
#include "client/network.hpp"
#include "client/settings.hpp"
#include "client/volume.hpp"
#include "client/wire.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace slipway::client {

inline constexpr const char* manager_interface = "org.slipway.Engine1.Manager";

struct EngineInfo {
    std::string version;
    std::string placement;
    std::string state_directory;
    std::string kernel_release;
    std::string user_namespace_obstacle;
    std::string root_driver;
    // The drivers that would be better and why they are not taken, and "none" and why where there is none.
    std::vector<std::pair<std::string, std::string>> root_driver_obstacles;
    std::string network_driver;
    std::vector<std::pair<std::string, std::string>> network_driver_obstacles;
    std::uint32_t container_count = 0;
    std::uint32_t running_count = 0;
    std::uint32_t image_count = 0;
};

// Every object of the engine, in no order.
struct Inventory {
    std::vector<ContainerInfo> containers;
    std::vector<ImageInfo> images;
    std::vector<VolumeInfo> volumes;
    std::vector<NetworkInfo> networks;
    std::vector<WireInfo> wires;
    std::vector<GroupInfo> groups;
};

// CDI devices of the host.
struct DeviceList {
    std::vector<std::string> names;      // "vendor.com/class=name"
    std::vector<std::string> complaints; // specifications that count for nothing, and why
};

struct RunReply {
    std::string container;
    // client/session.hpp
    Fd session;
    // Microseconds by step of the start, as the engine lists them.
    std::vector<std::pair<std::string, std::uint64_t>> timings;
};

enum class Prune { nameless, all };

// Which of the things that nothing uses are to go; what is empty excludes nothing.
struct PruneFilter {
    std::optional<std::uint64_t> until_usec;
    std::vector<std::string> labels;
    std::vector<std::string> other_labels;
};

struct Pruned {
    std::vector<std::string> names; // IDs of containers or images, names of volumes
    std::uint64_t reclaimed = 0;    // bytes
};

// One thing that refers to an image at its registry.
struct Referrer {
    std::string digest;
    std::string artifact_type;
    std::uint64_t size = 0;
    std::map<std::string, std::string> annotations;
};

struct Referrers {
    std::string subject; // the digest that they refer to
    std::vector<Referrer> entries;
};

struct FoundImage {
    std::string name;
    std::string description;
    std::uint64_t stars = 0;
    bool is_official = false;
};

// What is told of a secret.
struct SecretInfo {
    std::string name;
    bool is_encrypted = false; // on the disk
    std::string group;
    std::uint64_t created_usec = 0;
};

class Manager {
  public:
    explicit Manager(Engine& engine) : engine_{&engine} {}

    // The path of the new container.
    async::Task<std::string> create(ContainerSettings settings);
    async::Task<RunReply> run(ContainerSettings settings, Streams streams);
    // Paths, by name or by the beginning of an ID.
    async::Task<std::string> find_container(std::string name);
    async::Task<std::string> find_image(std::string reference);
    // The path of the job (client/job.hpp).
    async::Task<std::string> import_image(int archive, std::string reference,
                                          std::vector<std::string> changes);
    // The same; AUTHS: descriptors of files with credentials, open for reading until this returns.
    enum class Platforms { one, all };
    async::Task<std::string> pull_image(std::string reference, std::optional<std::string> platform,
                                        Platforms platforms, std::vector<int> auths);
    // The same; DESTINATION: its name there, if it is another.
    async::Task<std::string> push_image(std::string image, std::optional<std::string> destination,
                                        std::vector<int> auths);
    // The same; FORMAT as dbus/org.slipway.Engine1.Manager.xml has it.
    async::Task<std::string> save_images(std::vector<std::string> images, int archive, std::string format);
    async::Task<std::string> load_images(int archive, std::optional<std::string> platform);
    // A memory file with what is to be kept of the credentials; AUTHS as above.
    async::Task<Fd> log_in(std::string registry, std::vector<int> auths);
    async::Task<std::vector<std::string>> list_tags(std::string repository, std::vector<int> auths);
    // ARTIFACT_TYPE: only those, if given.
    async::Task<Referrers> list_referrers(std::string reference, std::optional<std::string> artifact_type,
                                          std::vector<int> auths);
    async::Task<std::vector<FoundImage>> search_images(std::string term, std::optional<std::uint64_t> limit,
                                                       std::vector<int> auths);
    async::Task<DiskUsage> disk_usage();
    // The path of the job, which has the findings; AUTHS: as for pull_image().
    enum class Repairs { none, wanted };
    async::Task<std::string> check_store(Repairs repairs, std::vector<int> auths);
    // Containers at rest.
    async::Task<Pruned> prune_containers(PruneFilter filter);
    // Images without a name, or all, that no container uses.
    async::Task<Pruned> prune_images(Prune which, PruneFilter filter);
    // The path of the new volume.
    async::Task<std::string> create_volume(std::string name, std::map<std::string, std::string> labels,
                                           std::map<std::string, std::string> options);
    async::Task<std::string> find_volume(std::string name);
    enum class PruneVolumes { anonymous, all };
    async::Task<Pruned> prune_volumes(PruneVolumes which, PruneFilter filter);
    // The path of the job.
    async::Task<std::string> import_volume(int archive, std::string name);
    // VALUE: a file. GROUP: takes it away with itself; empty: none.
    enum class Presence { refused, replaced };
    async::Task<> create_secret(std::string name, int value, Presence presence, std::string group);
    async::Task<std::vector<SecretInfo>> list_secrets();
    async::Task<> remove_secret(std::string name);
    // The path of the new network.
    async::Task<std::string> create_network(std::string name, NetworkSettings settings);
    async::Task<std::string> find_network(std::string name);
    async::Task<Pruned> prune_networks(PruneFilter filter);
    // Where the names of containers are kept as hosts(5) has them; empty: nowhere.
    async::Task<> set_hosts_file(std::string file);
    async::Task<std::string> list_hosts();
    // The path of the new group, of which nothing runs yet.
    async::Task<std::string> create_group(std::string name, GroupSettings settings);
    async::Task<std::string> find_group(std::string name);
    // The path of the new wire.
    async::Task<std::string> create_wire(std::string container, WireSettings settings);
    // "CONTAINER/NAME", or an ID.
    async::Task<std::string> find_wire(std::string name);
    async::Task<EngineInfo> read();
    async::Task<DeviceList> list_devices();
    async::Task<Inventory> list();

  private:
    async::Task<std::string> find(const char* member, std::string name);
    async::Task<Pruned> prune(const char* member, bool takes_all, PruneFilter filter);

    Engine* engine_;
};

} // namespace slipway::client
