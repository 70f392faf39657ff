// SPDX-License-Identifier: LGPL-2.1-or-later
// Context: what every interface of the skin works with; and the actions that polkit is asked about.
#pragma once

#include "async/task_scope.hpp"
#include "bus/authorizer.hpp"
#include "engine/engine.hpp"
#include "oci/auth_file.hpp"

namespace slipway::api {

inline constexpr const char* manage_containers = "org.slipway.Engine1.manage-containers";
inline constexpr const char* manage_images = "org.slipway.Engine1.manage-images";
inline constexpr const char* manage_volumes = "org.slipway.Engine1.manage-volumes";
inline constexpr const char* manage_secrets = "org.slipway.Engine1.manage-secrets";
inline constexpr const char* manage_networks = "org.slipway.Engine1.manage-networks";
inline constexpr const char* inspect = "org.slipway.Engine1.inspect";

struct Context {
    async::TaskScope& tasks;
    const bus::Authorizer& authorizer;
    engine::Engine& engine;
};

// Reads an a{sh} of known stream names. Throws Failure{unknown_option}.
engine::Streams read_streams(bus::Message& message);
// Reads an a{sv} as Manager.Create takes it. Throws Failure{unknown_option, invalid_argument}.
engine::ContainerSettings read_settings(bus::Message& message);
// As Manager.CreateNetwork and CreateVolume take them. Throw the same.
engine::NetworkSpec read_network_spec(bus::Message& message);
engine::VolumeSettings read_volume_settings(bus::Message& message);
// Reads the variant of an aa{sv} of mounts. Throws Failure{unknown_option, invalid_argument}.
void read_secrets(bus::Message& value, std::vector<engine::SecretGrant>& grants);
void read_mounts(bus::Message& value, std::vector<engine::MountWish>& mounts);
// Credentials of memory files. Throws Failure{invalid_argument, invalid_configuration}.
std::vector<oci::AuthFile> read_auths(const std::vector<Fd>& files);
// A socket pair for a client: one end goes into STREAMS as "session", the other is returned.
Fd open_session(engine::Streams& streams);

} // namespace slipway::api
