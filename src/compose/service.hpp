// SPDX-License-Identifier: LGPL-2.1-or-later
// Service: containers of one image with the same settings (Compose specification, 05-services.md).
#pragma once

#include "compose/build.hpp"
#include "compose/deploy.hpp"
#include "compose/health_check.hpp"
#include "compose/mount.hpp"
#include "compose/network.hpp"
#include "compose/port.hpp"
#include "compose/resource_files.hpp"
#include "compose/resources.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slipway::compose {

// What has to be so with another service before this one is started.
struct Dependency {
    enum class Condition : std::uint8_t { started, healthy, completed };

    Condition condition = Condition::started;
    bool is_required = true; // otherwise it may be missing
    bool restarts = false;   // this one is restarted when the other is

    bool operator==(const Dependency&) const = default;
};

// Whose namespace a container has: network_mode, pid, ipc, uts, userns_mode, cgroup.
struct Sharing {
    enum class With : std::uint8_t {
        unset,
        own, // "private"; "shareable" with it
        shareable,
        none,
        host,
        service,   // NAME is its key
        container, // NAME is its name
        other,     // NAME is the word itself, which is the engine's to know: "bridge", "keep-id"
    };

    With with = With::unset;
    std::string name;

    bool operator==(const Sharing&) const = default;
};

struct PullPolicy {
    enum class When : std::uint8_t { unset, always, never, missing, build, after };

    When when = When::unset;
    std::chrono::microseconds age{}; // after: when the last pull is so long ago

    bool operator==(const PullPolicy&) const = default;
};

struct Device {
    std::string source; // a path of the host, or a CDI name "vendor.com/class=device"
    std::string target; // a path in the container; empty for a CDI name
    std::string permissions = "rwm";

    bool operator==(const Device&) const = default;
};

// links, external_links: another's container, under a name of this one's own.
struct Link {
    std::string target; // a service, or a container where it is external
    std::string alias;

    bool operator==(const Link&) const = default;
};

struct Logging {
    std::string driver;
    std::map<std::string, std::string> options;

    bool operator==(const Logging&) const = default;
};

// A program run in the container (post_start, pre_stop), or in one of its own before it starts (pre_start).
struct Hook {
    std::vector<std::string> command; // empty: the image's; for pre_start alone
    std::string image;                // pre_start: empty: the service's
    std::string user;
    std::string working_directory;
    std::map<std::string, std::optional<std::string>> environment;
    bool is_privileged = false;
    bool is_per_replica = false; // pre_start

    bool operator==(const Hook&) const = default;
};

// A service that another program makes.
struct Provider {
    std::string type;
    std::map<std::string, std::vector<std::string>> options;

    bool operator==(const Provider&) const = default;
};

struct Service {
    std::string name;                  // its key
    std::vector<std::string> profiles; // none: always enabled
    bool is_enabled = true;            // by the active profiles

    std::string image; // empty: what build makes is named by the caller
    std::optional<Build> build;
    std::optional<Provider> provider;
    std::string platform;
    PullPolicy pull_policy;
    std::optional<std::chrono::microseconds> pull_refresh_after;

    // Nothing: the image's; empty: none at all.
    std::optional<std::vector<std::string>> command;
    std::optional<std::vector<std::string>> entrypoint;
    // env_file and environment in one; nothing: without the one that the image has.
    std::map<std::string, std::optional<std::string>> environment;
    std::string user;
    std::vector<std::string> groups;
    std::string working_directory;
    std::string container_name;
    std::string hostname;
    std::string domain_name;
    std::map<std::string, std::string> labels; // label_file and labels in one
    std::map<std::string, std::string> annotations;
    bool has_init = false;
    bool has_terminal = false;
    bool is_stdin_open = false;
    bool is_attached = true; // its output is shown with that of the others
    std::string stop_signal; // "SIGUSR1"; empty: the image's
    std::optional<std::chrono::microseconds> stop_grace_period;
    std::vector<Hook> pre_start;
    std::vector<Hook> post_start;
    std::vector<Hook> pre_stop;

    std::map<std::string, Dependency>
        dependencies; // by service; those of links, volumes_from and namespaces too
    std::optional<HealthCheck> health_check;
    RestartPolicy restart;
    Deploy deploy;
    Resources resources;

    std::vector<Port> ports;
    std::vector<ExposedPort> exposed_ports;
    std::map<std::string, NetworkUse> networks; // by key; empty where network_mode is set
    Sharing network_mode;
    std::string mac_address;
    std::vector<Link> links;
    std::vector<Link> external_links;
    std::vector<std::string> dns_servers;
    std::vector<std::string> dns_options;
    std::vector<std::string> dns_search;
    std::vector<std::string> extra_hosts; // "HOST=ADDRESS"

    std::vector<Mount> mounts; // volumes and tmpfs
    std::vector<VolumesFrom> volumes_from;
    std::vector<Grant> configs;
    std::vector<Grant> secrets;
    std::map<std::string, std::string> storage_options;
    bool is_read_only = false;

    bool is_privileged = false;
    std::vector<std::string> added_capabilities;
    std::vector<std::string> dropped_capabilities;
    std::vector<std::string> security_options;
    std::vector<Device> devices;
    std::vector<std::string> device_rules; // device_cgroup_rules: "c 1:3 mr"
    std::map<std::string, std::string> sysctls;
    Sharing pid;
    Sharing ipc;
    Sharing uts;
    Sharing user_namespace;
    Sharing cgroup;
    std::string cgroup_parent;
    std::string runtime;
    std::optional<Logging> logging;

    bool operator==(const Service&) const = default;
};

} // namespace slipway::compose
