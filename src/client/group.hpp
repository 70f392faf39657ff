// SPDX-License-Identifier: LGPL-2.1-or-later
// Group: the proxy of one group object (dbus/org.slipway.Engine1.Group.xml), and what is known of it.
#pragma once

#include "client/engine.hpp"
#include "client/network.hpp"
#include "client/properties.hpp"
#include "client/settings.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slipway::client {

inline constexpr const char* group_interface = "org.slipway.Engine1.Group";

struct GroupMember {
    std::string name;
    std::uint32_t wanted = 0;
    std::uint32_t running = 0;
    std::uint32_t healthy = 0;
    std::vector<std::string> containers;
};

struct GroupInfo {
    std::string path;
    std::string name;
    std::string slice;
    std::vector<GroupMember> members;
    std::map<std::string, std::string> labels;
    // Microseconds since the epoch.
    std::uint64_t created_usec = 0;
};

// Another member that is waited for.
struct DependencySettings {
    std::string member;
    std::string condition; // "started", "healthy", "completed"
    bool is_required = true;
};

struct MemberSettings {
    std::string name;
    ContainerSettings container;
    std::uint32_t replicas = 1;
    std::vector<DependencySettings> dependencies;
};

struct VolumeDefinition {
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> options;
};

// What Manager.CreateGroup takes.
struct GroupSettings {
    std::vector<MemberSettings> members;
    std::map<std::string, NetworkSettings> networks;
    std::map<std::string, VolumeDefinition> volumes;
    std::map<std::string, std::uint64_t> limits;
    std::map<std::string, std::string> labels;
};

// What Apply takes beside it.
struct ApplyOptions {
    bool is_rolling = false;
    std::vector<std::string> rolling; // these members at least
    std::string renewal = "changed";  // "always", "never"
    // Members; nothing: all.
    std::optional<std::vector<std::string>> only;
    bool is_patient = false; // until all are healthy
    // Until these members are "started", "healthy" or have "completed".
    std::map<std::string, std::string> awaited;
};

// What an apply would do with one container: "keep", "create", "replace", "remove".
struct GroupStep {
    std::string deed;
    std::string member;
    std::string container;
};

// Writes the a{sv}.
void append_group(bus::Message& message, const GroupSettings& settings);
GroupInfo read_group(std::string path, bus::Message& properties);

class Group {
  public:
    Group(Engine& engine, std::string path) : engine_{&engine}, path_{std::move(path)} {}

    // Each the path of its job (client/job.hpp).
    async::Task<std::string> apply(GroupSettings settings, ApplyOptions options);
    using Members = std::optional<std::vector<std::string>>;
    async::Task<std::string> start(Members only = {});
    struct Halt {
        Members only;
        std::optional<std::chrono::microseconds> timeout;
    };
    async::Task<std::string> stop(Halt halt = {});
    async::Task<std::string> restart(Halt halt = {});
    async::Task<std::string> scale(std::string member, std::uint32_t replicas);
    enum class OwnVolumes { kept, removed };
    async::Task<std::string> remove(OwnVolumes volumes);

    async::Task<std::vector<GroupStep>> plan(GroupSettings settings);
    async::Task<std::string> describe();
    async::Task<GroupInfo> read();

  private:
    Method method(const char* member) const { return {path_, group_interface, member}; }
    static void append_halt(bus::Message& message, const Halt& halt);
    async::Task<std::string> begin(const char* member, Engine::Fill fill);

    Engine* engine_;
    std::string path_;
};

} // namespace slipway::client
