// SPDX-License-Identifier: LGPL-2.1-or-later
// Specifications of the Container Device Interface (CNCF, up to 1.1) as checked plain structs: what a
// container needs besides, to use a vendor's device.
//
// Members carry the specification's names in snake_case.
#pragma once

#include "base/result.hpp"
#include "oci/runtime_config.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::oci::cdi {

// What is absent is as the host has it.
struct DeviceNode {
    std::string path;      // in the container
    std::string host_path; // empty: the same
    std::optional<DeviceType> type;
    std::optional<std::uint32_t> major;
    std::optional<std::uint32_t> minor;
    std::optional<std::uint32_t> file_mode;
    std::string permissions; // of "rwm"; empty: all of them
    std::optional<std::uint32_t> uid;
    std::optional<std::uint32_t> gid;
};

struct Mount {
    std::string host_path;
    std::string container_path;
    std::vector<std::string> options;
    std::string type; // empty: a bind mount
};

enum class HookName { prestart, create_runtime, create_container, start_container, poststart, poststop };

struct Hook {
    HookName hook_name;
    std::string path;
    std::vector<std::string> args;
    std::vector<std::string> env;
    std::optional<std::int32_t> timeout; // seconds
};

struct IntelRdt {
    std::string clos_id;
    std::string l3_cache_schema;
    std::string mem_bw_schema;
    std::vector<std::string> schemata;
    bool enable_cmt = false;
    bool enable_mbm = false;
    bool enable_monitoring = false;
};

// A network interface of the host's that the container is to get.
struct NetDevice {
    std::string host_interface_name;
    std::string name;
};

struct ContainerEdits {
    std::vector<std::string> env; // "NAME=value"
    std::vector<DeviceNode> device_nodes;
    std::vector<NetDevice> net_devices;
    std::vector<Hook> hooks;
    std::vector<Mount> mounts;
    std::optional<IntelRdt> intel_rdt;
    std::vector<std::uint32_t> additional_gids;

    bool is_empty() const
    {
        return env.empty() && device_nodes.empty() && net_devices.empty() && hooks.empty() &&
               mounts.empty() && !intel_rdt && additional_gids.empty();
    }
};

struct Device {
    std::string name;
    std::map<std::string, std::string> annotations;
    ContainerEdits container_edits;
};

struct Spec {
    std::string cdi_version;
    std::string kind; // "vendor.com/class"
    std::map<std::string, std::string> annotations;
    std::vector<Device> devices; // each name once
    ContainerEdits container_edits;
};

enum class Format { json, yaml };

// Refuses with invalid_argument, the place in the document in front of the reason, for JSON and YAML alike:
// "devices[1].containerEdits.hooks[0].path: must be an absolute path". Unlike elsewhere an unknown member is
// refused, for the device may not work without what it asks for; so is one that is newer than cdiVersion.
Result<Spec> parse_spec(std::string_view text, Format format);

} // namespace slipway::oci::cdi
