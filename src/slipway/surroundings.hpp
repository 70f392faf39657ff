// SPDX-License-Identifier: LGPL-2.1-or-later
// What docker's users ask for around a payload: read-only roots, limits of a process, the host's namespaces.
#pragma once

#include "arguments/options.hpp"
#include "client/settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slipway::cli {

struct SurroundingOptions {
    std::optional<std::string> shm_size;
    std::vector<std::string> sysctls;
    std::optional<std::string> ipc;
    std::optional<std::string> pid;
    std::optional<std::string> uts;
    std::optional<std::string> cgroup;
};

// TARGET and SETTINGS outlive OPTIONS.
void add_surrounding_options(Options& options, SurroundingOptions& target,
                             client::ContainerSettings& settings);

// What is left to understand once the options are read. Throws UsageError.
void apply(const SurroundingOptions& options, client::ContainerSettings& settings);

// "seccomp=FILE", "no-new-privileges=false" and the like. Throws UsageError, Failure{io_error}.
void apply_security_options(const std::vector<std::string>& words, client::ContainerSettings& settings);

} // namespace slipway::cli
