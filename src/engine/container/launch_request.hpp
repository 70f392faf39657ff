// SPDX-License-Identifier: LGPL-2.1-or-later
// What the launcher is asked for (docs/protocols.md), as a sealed memory file.
#pragma once

#include "base/fd.hpp"
#include "engine/container/settings.hpp"
#include "engine/container/view.hpp"
#include "kernel/user_namespace.hpp"
#include "sandbox/request.hpp"

#include <filesystem>
#include <sys/types.h>
#include <vector>

namespace slipway::engine {

// What all requests of one engine share.
struct RequestGround {
    std::filesystem::path filters; // keeps compiled filters of system calls
    kernel::IdRanges own_ids;      // of a user's engine
};

// What the container shows besides our own mounts.
struct LaunchMounts {
    std::vector<oci::Mount> mounts;
    std::map<std::string, sandbox::MountSource> sources; // by destination
};

struct LaunchPlaces {
    // Either this or that is the root's.
    std::optional<sandbox::OverlayRequest> overlay;
    std::optional<sandbox::TreeRequest> tree;
    std::filesystem::path bundle; // made if there are hooks to find it
    // Namespaces that are there already, as the launcher finds them; empty: it makes its own.
    std::string user_namespace;
    std::string network_namespace;
    std::vector<oci::Mount> name_files; // name_files.hpp
    std::string init;                   // where slipway-init is
};

// A container. Throws Failure.
Fd create_request(const ContainerSpec& spec, const std::string& id, const LaunchPlaces& places,
                  const LaunchMounts& mounts, const RequestGround& ground);

// The root of one at rest, to be looked at. Throws Failure.
Fd view_request(const ContainerSpec& spec, const LaunchPlaces& places, const LaunchMounts& mounts,
                const RequestGround& ground, ViewOf what);
// That of a running one, by its namespaces' paths as the launcher has them: user (may be empty) and mount.
Fd view_request(const ContainerSpec& spec, const std::string& users, const std::string& mounts, ViewOf what);

// One more process beside PAYLOAD. Throws Failure.
Fd exec_request(const ContainerSpec& spec, pid_t payload, const RequestGround& ground);

} // namespace slipway::engine
