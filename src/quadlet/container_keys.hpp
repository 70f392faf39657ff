// SPDX-License-Identifier: LGPL-2.1-or-later
// The keys of [Container].
#pragma once

#include "quadlet/key.hpp"

#include <array>

namespace slipway::quadlet {

inline constexpr std::string_view no_containers_conf = "slipway reads no containers.conf";
inline constexpr std::string_view no_id_maps =
    "a container gets user IDs of its own; UserNS= says which kind of them";
inline constexpr std::string_view no_selinux = "slipway sets no labels of SELinux";
inline constexpr std::string_view one_check =
    "a container has one check; HealthStartPeriod= says for how long its failures do not count";
inline constexpr std::string_view results_in_journal =
    "results of checks are kept with the container and in the journal";

inline constexpr std::array container_keys{
    Key{"AddCapability", Shape::words, "--cap-add"},
    Key{"AddDevice", Shape::deed,
        "`--device`, with `-` in front only if the host has it when the unit is made"},
    Key{"AddHost", Shape::list, "--add-host"},
    Key{"Annotation", Shape::pairs, "--label"},
    Key{"AppArmor", Shape::only, "unconfined", "slipway sets no profiles of AppArmor"},
    Key{"AutoUpdate", Shape::deed,
        "the label `io.containers.autoupdate`, with a warning: slipway does not act on it"},
    Key{"CgroupsMode", Shape::only, "split", "the payload runs in the cgroup of its service"},
    Key{"ContainerName", Shape::deed, "`--name`; `systemd-%N` otherwise, of templates `systemd-%p_%i`"},
    Key{"ContainersConfModule", Shape::refused, no_containers_conf},
    Key{"DNS", Shape::list, "--dns"},
    Key{"DNSOption", Shape::list, "--dns-option"},
    Key{"DNSSearch", Shape::list, "--dns-search"},
    Key{"DropCapability", Shape::words, "--cap-drop"},
    Key{"Entrypoint", Shape::deed,
        "`--entrypoint`; of a list in JSON what follows the first word stands before `Exec`"},
    Key{"Environment", Shape::pairs, "--env"},
    Key{"EnvironmentFile", Shape::deed, "`--env-file`, relative to the file"},
    Key{"EnvironmentHost", Shape::flag, "--env-host"},
    Key{"Exec", Shape::deed, "the words behind the image"},
    Key{"ExposeHostPort", Shape::list, "--expose"},
    Key{"GIDMap", Shape::refused, no_id_maps},
    Key{"GlobalArgs", Shape::deed, "options before the verb: `--debug`"},
    Key{"Group", Shape::deed, "`--user USER:GROUP`, with `User` only"},
    Key{"GroupAdd", Shape::deed, "`--group-add`; not `keep-groups`"},
    Key{"HealthCmd", Shape::deed, "`--health-cmd`; `none` is `--no-healthcheck`"},
    Key{"HealthInterval", Shape::deed, "`--health-interval`; not `disable`"},
    Key{"HealthLogDestination", Shape::only, "local", results_in_journal},
    Key{"HealthMaxLogCount", Shape::refused, results_in_journal},
    Key{"HealthMaxLogSize", Shape::refused, results_in_journal},
    Key{"HealthOnFailure", Shape::deed,
        "`--on-unhealthy`: `none` and `stop`; `kill` is `stop`, which `Restart` of [Service] follows; not "
        "`restart`"},
    Key{"HealthRetries", Shape::text, "--health-retries"},
    Key{"HealthStartPeriod", Shape::text, "--health-start-period"},
    Key{"HealthStartupCmd", Shape::refused, one_check},
    Key{"HealthStartupInterval", Shape::refused, one_check},
    Key{"HealthStartupRetries", Shape::refused, one_check},
    Key{"HealthStartupSuccess", Shape::refused, one_check},
    Key{"HealthStartupTimeout", Shape::refused, one_check},
    Key{"HealthTimeout", Shape::text, "--health-timeout"},
    Key{"HostName", Shape::text, "--hostname"},
    Key{"HttpProxy", Shape::only, "false",
        "nothing of the host's environment gets in by itself; Environment= passes variables on"},
    Key{"IP", Shape::text, "--ip"},
    Key{"IP6", Shape::text, "--ip6"},
    Key{"Image", Shape::deed, "the image; of a `.image` or `.build` file what that one gets or makes"},
    Key{"Label", Shape::pairs, "--label"},
    Key{"LogDriver", Shape::only, "journald", "what a container writes goes to the journal"},
    Key{"LogOpt", Shape::deed, "`tag=` is `--log-tag`; nothing else"},
    Key{"Mask", Shape::refused, "what is masked cannot be chosen; Volume= or Tmpfs= over a path hides it"},
    Key{"Memory", Shape::text, "--memory"},
    Key{"Mount", Shape::deed,
        "`--mount` of `bind`, `volume` and `tmpfs`; a source of a `.volume` file is its volume"},
    Key{"Network", Shape::deed,
        "`--network`; of a `.network` file its network, of a `.container` file the namespace of its "
        "container"},
    Key{"NetworkAlias", Shape::list, "--network-alias"},
    Key{"NoNewPrivileges", Shape::deed, "`--security-opt no-new-privileges=`; true otherwise"},
    Key{"Notify", Shape::deed, "`--sdnotify container`, of `healthy` `--sdnotify healthy`"},
    Key{"PidsLimit", Shape::text, "--pids-limit"},
    Key{"Pod", Shape::deed, "`--network container:POD`, bound to the service of the `.pod` file"},
    Key{"PodmanArgs", Shape::deed, "words as they are, before the image: options of `slipway run`"},
    Key{"PublishPort", Shape::list, "--publish"},
    Key{"Pull", Shape::deed, "`--pull`: `missing`, `always`, `never`; not `newer`"},
    Key{"ReadOnly", Shape::flag, "--read-only"},
    Key{"ReadOnlyTmpfs", Shape::deed,
        "`--tmpfs` of `/run`, `/tmp` and `/var/tmp` where `ReadOnly` is true; not with false"},
    Key{"ReloadCmd", Shape::deed, "`ExecReload=` with `slipway exec`"},
    Key{"ReloadSignal", Shape::deed, "`ExecReload=` with `slipway kill`"},
    Key{"Retry", Shape::text, "--retry"},
    Key{"RetryDelay", Shape::text, "--retry-delay"},
    Key{"Rootfs", Shape::refused,
        "a container is made from an image; 'slipway image import' makes one of a directory"},
    Key{"RunInit", Shape::flag, "--init"},
    Key{"SeccompProfile", Shape::deed, "`--security-opt seccomp=`, relative to the file"},
    Key{"Secret", Shape::refused,
        "slipway keeps no secrets; LoadCredential= of [Service] or a read-only Volume= can bring one"},
    Key{"SecurityLabelDisable", Shape::deed, "taken, as there are no labels of SELinux"},
    Key{"SecurityLabelFileType", Shape::refused, no_selinux},
    Key{"SecurityLabelLevel", Shape::refused, no_selinux},
    Key{"SecurityLabelNested", Shape::only, "false", no_selinux},
    Key{"SecurityLabelType", Shape::refused, no_selinux},
    Key{"ServiceName", Shape::deed, "the name of the service, without `.service`"},
    Key{"ShmSize", Shape::text, "--shm-size"},
    Key{"StartWithPod", Shape::deed, "whether the pod's service wants this one; true otherwise"},
    Key{"StopSignal", Shape::text, "--stop-signal"},
    Key{"StopTimeout", Shape::text, "--stop-timeout"},
    Key{"SubGIDMap", Shape::refused, no_id_maps},
    Key{"SubUIDMap", Shape::refused, no_id_maps},
    Key{"Sysctl", Shape::words, "--sysctl"},
    Key{"Timezone", Shape::deed, "the host's file of that zone at `/etc/localtime`, `local` the host's own"},
    Key{"Tmpfs", Shape::list, "--tmpfs"},
    Key{"UIDMap", Shape::refused, no_id_maps},
    Key{"Ulimit", Shape::list, "--ulimit"},
    Key{"Unmask", Shape::only, "ALL", "the masks of /proc and /sys are taken away together or not at all"},
    Key{"User", Shape::deed, "`--user`"},
    Key{"UserNS", Shape::deed, "`--userns`: `auto`, `host`, and slipway's `keep`"},
    Key{"Volume", Shape::deed,
        "`--volume`; of a `.volume` file its volume, `./` relative to the file; `z` and `Z` are left out "
        "with a warning"},
    Key{"WorkingDir", Shape::text, "--workdir"},
};

} // namespace slipway::quadlet
