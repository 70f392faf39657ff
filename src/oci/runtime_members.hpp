// SPDX-License-Identifier: LGPL-2.1-or-later
// The members of a runtime configuration by the specification's names (json_reader.hpp).
#pragma once

#include "oci/resources_members.hpp"
#include "oci/runtime_config.hpp"

namespace slipway::oci {

template <typename Members, Is<ConsoleSize> Object>
void describe(Members& members, Object& object)
{
    members("height", object.height);
    members("width", object.width);
}

template <typename Members, Is<User> Object>
void describe(Members& members, Object& object)
{
    members("uid", object.uid);
    members("gid", object.gid);
    members("umask", object.umask);
    members("additionalGids", object.additional_gids);
}

template <typename Members, Is<Capabilities> Object>
void describe(Members& members, Object& object)
{
    members("bounding", object.bounding);
    members("effective", object.effective);
    members("inheritable", object.inheritable);
    members("permitted", object.permitted);
    members("ambient", object.ambient);
}

template <typename Members, Is<Rlimit> Object>
void describe(Members& members, Object& object)
{
    members("type", object.type);
    members("soft", object.soft);
    members("hard", object.hard);
}

template <typename Members, Is<Scheduler> Object>
void describe(Members& members, Object& object)
{
    members("policy", object.policy);
    members("nice", object.nice);
    members("priority", object.priority);
    members("flags", object.flags);
    members("runtime", object.runtime);
    members("deadline", object.deadline);
    members("period", object.period);
}

template <typename Members, Is<IoPriority> Object>
void describe(Members& members, Object& object)
{
    members("class", object.io_class);
    members("priority", object.priority);
}

template <typename Members, Is<CpuAffinity> Object>
void describe(Members& members, Object& object)
{
    members("initial", object.initial);
    members("final", object.final);
}

template <typename Members, Is<Process> Object>
void describe(Members& members, Object& object)
{
    members("terminal", object.terminal);
    if (object.terminal)
        members("consoleSize", object.console_size);
    members("user", object.user);
    members("args", object.args);
    members("env", object.env);
    members("cwd", object.cwd);
    members("capabilities", object.capabilities);
    members("rlimits", object.rlimits);
    members("noNewPrivileges", object.no_new_privileges);
    members("oomScoreAdj", object.oom_score_adj);
    members("scheduler", object.scheduler);
    members("ioPriority", object.io_priority);
    members("execCPUAffinity", object.exec_cpu_affinity);
    members("apparmorProfile", object.apparmor_profile);
    members("selinuxLabel", object.selinux_label);
}

template <typename Members, Is<Root> Object>
void describe(Members& members, Object& object)
{
    members("path", object.path);
    members("readonly", object.readonly);
}

template <typename Members, Is<IdMapping> Object>
void describe(Members& members, Object& object)
{
    members("containerID", object.container_id);
    members("hostID", object.host_id);
    members("size", object.size);
}

template <typename Members, Is<Mount> Object>
void describe(Members& members, Object& object)
{
    members("destination", object.destination);
    members("type", object.type);
    members("source", object.source);
    members("options", object.options);
    members("uidMappings", object.uid_mappings);
    members("gidMappings", object.gid_mappings);
}

template <typename Members, Is<Hook> Object>
void describe(Members& members, Object& object)
{
    members("path", object.path);
    members("args", object.args);
    members("env", object.env);
    members("timeout", object.timeout);
}

template <typename Members, Is<Hooks> Object>
void describe(Members& members, Object& object)
{
    members("prestart", object.prestart);
    members("createRuntime", object.create_runtime);
    members("createContainer", object.create_container);
    members("startContainer", object.start_container);
    members("poststart", object.poststart);
    members("poststop", object.poststop);
}

template <typename Members, Is<Namespace> Object>
void describe(Members& members, Object& object)
{
    members("type", object.type);
    members("path", object.path);
}

template <typename Members, Is<Device> Object>
void describe(Members& members, Object& object)
{
    members("type", object.type);
    members("path", object.path);
    members("major", object.major);
    members("minor", object.minor);
    members("fileMode", object.file_mode);
    members("uid", object.uid);
    members("gid", object.gid);
}

template <typename Members, Is<Personality> Object>
void describe(Members& members, Object& object)
{
    members("domain", object.domain);
    members("flags", object.flags);
}

template <typename Members, Is<TimeOffset> Object>
void describe(Members& members, Object& object)
{
    members("secs", object.secs);
    members("nanosecs", object.nanosecs);
}

template <typename Members, Is<IntelRdt> Object>
void describe(Members& members, Object& object)
{
    members("closID", object.clos_id);
    members("schemata", object.schemata);
    members("l3CacheSchema", object.l3_cache_schema);
    members("memBwSchema", object.mem_bw_schema);
    members("enableMonitoring", object.enable_monitoring);
}

template <typename Members, Is<SeccompArgument> Object>
void describe(Members& members, Object& object)
{
    members("index", object.index);
    members("value", object.value);
    members("valueTwo", object.value_two);
    members("op", object.op);
}

template <typename Members, Is<SeccompRule> Object>
void describe(Members& members, Object& object)
{
    members("names", object.names);
    members("action", object.action);
    members("errnoRet", object.errno_ret);
    members("args", object.args);
}

template <typename Members, Is<Seccomp> Object>
void describe(Members& members, Object& object)
{
    members("defaultAction", object.default_action);
    members("defaultErrnoRet", object.default_errno_ret);
    members("architectures", object.architectures);
    members("flags", object.flags);
    members("listenerPath", object.listener_path);
    members("listenerMetadata", object.listener_metadata);
    members("syscalls", object.syscalls);
}

template <typename Members, Is<Linux> Object>
void describe(Members& members, Object& object)
{
    members("namespaces", object.namespaces);
    members("uidMappings", object.uid_mappings);
    members("gidMappings", object.gid_mappings);
    members("timeOffsets", object.time_offsets);
    members("devices", object.devices);
    members("cgroupsPath", object.cgroups_path);
    members("resources", object.resources);
    members("intelRdt", object.intel_rdt);
    members("sysctl", object.sysctl);
    members("seccomp", object.seccomp);
    members("rootfsPropagation", object.rootfs_propagation);
    members("maskedPaths", object.masked_paths);
    members("readonlyPaths", object.readonly_paths);
    members("mountLabel", object.mount_label);
    members("personality", object.personality);
}

template <typename Members, Is<RuntimeConfig> Object>
void describe(Members& members, Object& object)
{
    members("ociVersion", object.oci_version);
    members("process", object.process);
    members("root", object.root);
    members("hostname", object.hostname);
    members("domainname", object.domainname);
    members("mounts", object.mounts);
    members("annotations", object.annotations);
    members("hooks", object.hooks);
    members("linux", object.linux);
}

} // namespace slipway::oci
