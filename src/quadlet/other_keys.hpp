// SPDX-License-Identifier: LGPL-2.1-or-later
// The keys of [Pod], [Network], [Volume], [Image] and [Build].
#pragma once

#include "quadlet/container_keys.hpp"

namespace slipway::quadlet {

inline constexpr std::string_view global_arguments = "options before the verb: `--debug`";
inline constexpr std::string_view own_service_name = "the name of the service, without `.service`";
inline constexpr std::string_view no_tls_choice =
    "registries.conf says which registries are spoken to without TLS";

inline constexpr std::array pod_keys{
    Key{"AddHost", Shape::list, "--add-host"},
    Key{"ContainersConfModule", Shape::refused, no_containers_conf},
    Key{"DNS", Shape::list, "--dns"},
    Key{"DNSOption", Shape::list, "--dns-option"},
    Key{"DNSSearch", Shape::list, "--dns-search"},
    Key{"ExitPolicy", Shape::deed,
        "`stop` is `StopWhenUnneeded=yes`, and what happens otherwise; `continue` is not"},
    Key{"GIDMap", Shape::refused, no_id_maps},
    Key{"GlobalArgs", Shape::deed, global_arguments},
    Key{"HostName", Shape::deed, "`--hostname`, of its containers too"},
    Key{"IP", Shape::text, "--ip"},
    Key{"IP6", Shape::text, "--ip6"},
    Key{"Label", Shape::pairs, "--label"},
    Key{"Network", Shape::deed, "`--network`, as of a container"},
    Key{"NetworkAlias", Shape::list, "--network-alias"},
    Key{"PodName", Shape::deed, "`--name` of the container that holds the network; `systemd-NAME` otherwise"},
    Key{"PodmanArgs", Shape::deed, "words as they are: options of `slipway run`"},
    Key{"PublishPort", Shape::list, "--publish"},
    Key{"ServiceName", Shape::deed, own_service_name},
    Key{"ShmSize", Shape::refused,
        "containers of a pod share a network, not /dev/shm; ShmSize= of [Container] sizes theirs"},
    Key{"StopTimeout", Shape::text, "--stop-timeout"},
    Key{"SubGIDMap", Shape::refused, no_id_maps},
    Key{"SubUIDMap", Shape::refused, no_id_maps},
    Key{"UIDMap", Shape::refused, no_id_maps},
    Key{"UserNS", Shape::deed, "`--userns`, of its containers too"},
    Key{"Volume", Shape::deed, "`--volume`, and `--volumes-from` of its containers"},
};

inline constexpr std::array network_keys{
    Key{"ContainersConfModule", Shape::refused, no_containers_conf},
    Key{"DNS", Shape::refused,
        "names of others are asked of the host's servers; DNS= of [Container] names another"},
    Key{"DisableDNS", Shape::only, "false", "every network answers for the names of its containers"},
    Key{"Driver", Shape::text, "--driver"},
    Key{"Gateway", Shape::deed, "`--gateway`, with `Subnet` only"},
    Key{"GlobalArgs", Shape::deed, global_arguments},
    Key{"IPAMDriver", Shape::only, "host-local", "slipway itself gives addresses"},
    Key{"IPRange", Shape::deed, "`--ip-range`, with `Subnet` only"},
    Key{"IPv6", Shape::deed, "`--ipv6`; true otherwise"},
    Key{"InterfaceName", Shape::text, "--interface"},
    Key{"Internal", Shape::flag, "--internal"},
    Key{"Label", Shape::pairs, "--label"},
    Key{"NetworkDeleteOnStop", Shape::deed, "`ExecStopPost=` with `slipway network rm`"},
    Key{"NetworkName", Shape::deed, "the network's name; `systemd-NAME` otherwise"},
    Key{"Options", Shape::deed, "`mtu=` is `--mtu`, `parent=` and `mode=` are `--opt`; nothing else"},
    Key{"PodmanArgs", Shape::deed, "words as they are: options of `slipway network create`"},
    Key{"ServiceName", Shape::deed, own_service_name},
    Key{"Subnet", Shape::deed, "`--subnet`"},
};

inline constexpr std::array volume_keys{
    Key{"ContainersConfModule", Shape::refused, no_containers_conf},
    Key{"Copy", Shape::only, "true", "who mounts a volume says so: Volume=NAME.volume:/place:nocopy"},
    Key{"Device", Shape::deed, "`--opt device=`"},
    Key{"Driver", Shape::only, "local", "a volume is a directory of slipway's, or a device of its own"},
    Key{"GID", Shape::refused, "an empty volume takes the owner of the directory that it is mounted over"},
    Key{"GlobalArgs", Shape::deed, global_arguments},
    Key{"Group", Shape::deed, "`gid=` among the options of `Device`"},
    Key{"Image", Shape::refused, "a volume is a directory of slipway's, or a device of its own"},
    Key{"Label", Shape::pairs, "--label"},
    Key{"Options", Shape::deed, "`--opt o=`"},
    Key{"PodmanArgs", Shape::deed, "words as they are: options of `slipway volume create`"},
    Key{"ServiceName", Shape::deed, own_service_name},
    Key{"Type", Shape::deed, "`--opt type=`, with `Device` only"},
    Key{"UID", Shape::refused, "an empty volume takes the owner of the directory that it is mounted over"},
    Key{"User", Shape::deed, "`uid=` among the options of `Device`"},
    Key{"VolumeName", Shape::deed, "the volume's name; `systemd-NAME` otherwise"},
};

inline constexpr std::array image_keys{
    Key{"AllTags", Shape::only, "false", "one image is got by one file"},
    Key{"Arch", Shape::deed, "part of `--platform`"},
    Key{"AuthFile", Shape::text, "--authfile"},
    Key{"CertDir", Shape::refused, "certificates of a registry belong into /etc/slipway/certs.d"},
    Key{"ContainersConfModule", Shape::refused, no_containers_conf},
    Key{"Creds", Shape::refused,
        "a password in a unit is everybody's to read; AuthFile= or 'slipway login' keep it"},
    Key{"DecryptionKey", Shape::refused, "slipway decrypts no images"},
    Key{"GlobalArgs", Shape::deed, global_arguments},
    Key{"Image", Shape::deed, "the image"},
    Key{"ImageTag", Shape::deed, "what other files get for the name of this one"},
    Key{"OS", Shape::deed, "part of `--platform`"},
    Key{"PodmanArgs", Shape::deed, "words as they are: options of `slipway pull`"},
    Key{"Policy", Shape::deed, "`--policy`: `always`, `missing`, `never`; not `newer`"},
    Key{"Retry", Shape::text, "--retry"},
    Key{"RetryDelay", Shape::text, "--retry-delay"},
    Key{"ServiceName", Shape::deed, own_service_name},
    Key{"TLSVerify", Shape::only, "true", no_tls_choice},
    Key{"Variant", Shape::deed, "part of `--platform`"},
};

inline constexpr std::string_view of_the_builder = "slipway build does not pass it on to the builder";

inline constexpr std::array build_keys{
    Key{"Annotation", Shape::refused, of_the_builder},
    Key{"Arch", Shape::deed, "part of `--platform`"},
    Key{"AuthFile", Shape::refused, of_the_builder},
    Key{"BuildArg", Shape::pairs, "--build-arg"},
    Key{"ContainersConfModule", Shape::refused, no_containers_conf},
    Key{"DNS", Shape::refused, of_the_builder},
    Key{"DNSOption", Shape::refused, of_the_builder},
    Key{"DNSSearch", Shape::refused, of_the_builder},
    Key{"Environment", Shape::refused,
        "slipway build sets no variables of an image; ENV of the Containerfile does"},
    Key{"File", Shape::deed, "`--file`, relative to the directory"},
    Key{"ForceRM", Shape::only, "true", "nothing is left of a build but its image"},
    Key{"GlobalArgs", Shape::deed, global_arguments},
    Key{"GroupAdd", Shape::refused, of_the_builder},
    Key{"IgnoreFile", Shape::refused, of_the_builder},
    Key{"ImageTag", Shape::list, "--tag"},
    Key{"Label", Shape::refused, "slipway build sets no labels; LABEL of the Containerfile does"},
    Key{"Network", Shape::refused, of_the_builder},
    Key{"PodmanArgs", Shape::deed, "words as they are: options of `slipway build`"},
    Key{"Pull", Shape::refused, of_the_builder},
    Key{"Retry", Shape::refused, of_the_builder},
    Key{"RetryDelay", Shape::refused, of_the_builder},
    Key{"Secret", Shape::refused, of_the_builder},
    Key{"ServiceName", Shape::deed, own_service_name},
    Key{"SetWorkingDirectory", Shape::deed, "the directory: a path, `unit` or `file`"},
    Key{"TLSVerify", Shape::only, "true", no_tls_choice},
    Key{"Target", Shape::text, "--target"},
    Key{"Variant", Shape::deed, "part of `--platform`"},
    Key{"Volume", Shape::refused, of_the_builder},
};

} // namespace slipway::quadlet
