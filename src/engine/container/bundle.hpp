// SPDX-License-Identifier: LGPL-2.1-or-later
// Bundle: what the hooks of a container find of it (OCI runtime specification, bundle.md): a directory with
// its config.json and its rootfs, which is empty but for hooks in the container's own mount namespace.
#pragma once

#include "oci/runtime_config.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace slipway::engine {

bool has_any(const oci::Hooks& hooks);

// Where CONFIG says that the root is, once it is in this bundle.
std::filesystem::path bundle_root(const std::filesystem::path& bundle);

// OWNER: the container's root on the host, as whom some of the hooks run. Throws Failure{io_error}.
void make_bundle(const std::filesystem::path& bundle, const oci::RuntimeConfig& config,
                 std::optional<std::uint32_t> owner);

// The state that hooks read, to which whoever runs them adds status and PID (runtime.md, "State").
std::string bundle_state(const std::filesystem::path& bundle, const oci::RuntimeConfig& config,
                         const std::string& id);

} // namespace slipway::engine
