// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerSettings: what a caller wishes of a container; kept with it as JSON, once completed from its
// image.
#pragma once

#include "base/time.hpp"
#include "engine/container/device_edits.hpp"
#include "engine/container/health.hpp"
#include "engine/container/limits.hpp"
#include "engine/container/mounts.hpp"
#include "engine/container/restart_policy.hpp"
#include "engine/container/security.hpp"
#include "engine/container/surroundings.hpp"
#include "engine/group/membership.hpp"
#include "engine/network/connection.hpp"
#include "engine/secret/grant.hpp"
#include "engine/wire/listener.hpp"
#include "engine/wire/wire.hpp"
#include "oci/image_config.hpp"
#include "oci/runtime_config.hpp"

#include <csignal>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::engine {

inline constexpr std::chrono::seconds default_stop_timeout{10};

// What a container's environment has where nobody says otherwise; the second with a terminal.
inline constexpr const char* default_path =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
inline constexpr const char* default_term = "TERM=xterm";

// Where a payload finds NOTIFY_SOCKET, "socket".
inline constexpr const char* notify_mount = "/run/notify";

// Where a container finds slipway-init: on a file system of its own, so that nothing of it is in its files.
inline constexpr const char* init_program = "/dev/slipway-init";

struct ContainerSettings {
    std::string image;
    std::string platform; // what the image has to be for; empty: any
    std::string name;
    std::optional<std::vector<std::string>> entrypoint;
    std::vector<std::string> command;
    std::vector<std::string> environment;
    std::string working_directory;
    std::string user;
    bool has_terminal = false;
    bool is_auto_removed = false;
    std::string hostname;
    std::map<std::string, std::string> labels;
    std::string stop_signal;
    std::uint64_t stop_timeout_usec = std::chrono::microseconds{default_stop_timeout}.count();
    std::string log_tag;
    SecurityWish security;
    Surroundings surroundings;
    Limits limits;
    std::vector<MountWish> mounts;
    std::vector<std::string> volumes_from; // "NAME[:ro|rw]"
    NetworkWish network;
    std::vector<WireWish> wires;
    std::vector<ListenerWish> listeners;
    std::uint64_t idle_stop_usec = 0; // 0: never
    bool notifies = false;
    bool has_init = false;
    bool is_ready_when_healthy = false;
    HealthWish health;
    std::string restart;                 // "on-failure:3" and the like; empty: no
    std::vector<std::string> properties; // of its unit: "MemoryHigh=1G"
    std::vector<SecretGrant> secrets;
    Membership membership;
};

// What a container is made of; all defaults are filled in.
struct ContainerSpec {
    std::vector<std::string> arguments; // entrypoint and command
    std::vector<std::string> environment;
    std::string working_directory;
    std::string user; // "name:group" or empty
    bool has_terminal = false;
    std::string hostname;
    std::map<std::string, std::string> labels;
    int stop_signal = SIGTERM;
    Microseconds stop_timeout{};
    std::string log_tag;
    Security security;
    Surroundings surroundings;
    DeviceEdits device_edits; // what security.cdi_devices came to at the last start
    // Of its user namespace's range of ids_per_container; absent: it is in the host's.
    std::optional<std::uint32_t> first_host_id;
    Limits limits;
    std::vector<Mount> mounts;
    std::vector<SecretGrant> secrets;
    NetworkPlan network;
    std::vector<Wire> wires;
    std::vector<Listener> listeners;
    bool notifies = false; // says itself when it is ready (sd_notify(3))
    bool has_init = false; // its first process is slipway-init, which runs the arguments
    bool is_ready_when_healthy = false;
    std::optional<HealthCheck> health;
    OnUnhealthy on_unhealthy = OnUnhealthy::none;
    RestartPolicy restart;
    std::vector<std::string> properties; // of its unit, as unit files have them
    Membership membership;
    Microseconds idle_stop{}; // after so long without a connection it is stopped; 0: never
    // How many of the arguments are the entrypoint's; an earlier version did not write it down.
    std::optional<std::size_t> entrypoint_size;
};

// When those who wait for it go on.
enum class Readiness { started, notified, healthy };
Readiness readiness_of(const ContainerSpec& spec);
std::string_view name_of(Readiness readiness);

// Throws Failure{invalid_name} for what is no unit name or no DNS label of ours.
void check_name(std::string_view name);
// Whether its sockets can be passed to it. Throws Failure{invalid_argument}.
void check_listeners(const ContainerSpec& spec);
// "quiet_otter": two words, for a container nobody named.
std::string make_name();

// Throws Failure{no_command, invalid_argument}.
ContainerSpec complete(const ContainerSettings& settings, const oci::ImageConfig& image);

std::string to_json(const ContainerSpec& spec);
// Throws for what to_json() has not written.
ContainerSpec parse_spec(std::string_view json);

// The OCI runtime configuration with our defaults: namespaces, mounts, capabilities, masked paths.
oci::RuntimeConfig runtime_config(const ContainerSpec& spec);

} // namespace slipway::engine
