// SPDX-License-Identifier: LGPL-2.1-or-later
// The members of a CDI specification by their names, and the words of its enumeration (json_reader.hpp).
#pragma once

#include "oci/cdi_spec.hpp"
#include "oci/json_description.hpp"
#include "oci/runtime_names.hpp"

#include <array>

namespace slipway::oci {

template <>
struct Names<cdi::HookName> {
    static constexpr std::string_view what = "hook";
    static constexpr std::array rows{
        NameRow{cdi::HookName::prestart, "prestart"},
        NameRow{cdi::HookName::create_runtime, "createRuntime"},
        NameRow{cdi::HookName::create_container, "createContainer"},
        NameRow{cdi::HookName::start_container, "startContainer"},
        NameRow{cdi::HookName::poststart, "poststart"},
        NameRow{cdi::HookName::poststop, "poststop"},
    };
};

namespace cdi {

template <typename Members, Is<DeviceNode> Object>
void describe(Members& members, Object& object)
{
    members("path", object.path);
    members("hostPath", object.host_path);
    members("type", object.type);
    members("major", object.major);
    members("minor", object.minor);
    members("fileMode", object.file_mode);
    members("permissions", object.permissions);
    members("uid", object.uid);
    members("gid", object.gid);
}

template <typename Members, Is<Mount> Object>
void describe(Members& members, Object& object)
{
    members("hostPath", object.host_path);
    members("containerPath", object.container_path);
    members("options", object.options);
    members("type", object.type);
}

template <typename Members, Is<Hook> Object>
void describe(Members& members, Object& object)
{
    members("hookName", object.hook_name);
    members("path", object.path);
    members("args", object.args);
    members("env", object.env);
    members("timeout", object.timeout);
}

template <typename Members, Is<IntelRdt> Object>
void describe(Members& members, Object& object)
{
    members("closID", object.clos_id);
    members("l3CacheSchema", object.l3_cache_schema);
    members("memBwSchema", object.mem_bw_schema);
    members("schemata", object.schemata);
    members("enableCMT", object.enable_cmt);
    members("enableMBM", object.enable_mbm);
    members("enableMonitoring", object.enable_monitoring);
}

template <typename Members, Is<NetDevice> Object>
void describe(Members& members, Object& object)
{
    members("hostInterfaceName", object.host_interface_name);
    members("name", object.name);
}

template <typename Members, Is<ContainerEdits> Object>
void describe(Members& members, Object& object)
{
    members("env", object.env);
    members("deviceNodes", object.device_nodes);
    members("netDevices", object.net_devices);
    members("hooks", object.hooks);
    members("mounts", object.mounts);
    members("intelRdt", object.intel_rdt);
    // The specification's text and its schema spell it in two ways.
    members("additionalGids", object.additional_gids);
    members("additionalGIDs", object.additional_gids);
}

template <typename Members, Is<Device> Object>
void describe(Members& members, Object& object)
{
    members("name", object.name);
    members("annotations", object.annotations);
    members("containerEdits", object.container_edits);
}

template <typename Members, Is<Spec> Object>
void describe(Members& members, Object& object)
{
    members("cdiVersion", object.cdi_version);
    members("kind", object.kind);
    members("annotations", object.annotations);
    members("devices", object.devices);
    members("containerEdits", object.container_edits);
}

} // namespace cdi

} // namespace slipway::oci
