// SPDX-License-Identifier: LGPL-2.1-or-later
// Hooks: programs that somebody else has run at certain points of a container's life (OCI runtime
// specification, config.md, "POSIX-platform Hooks").
#pragma once

#include "oci/runtime_config.hpp"

#include <string>
#include <vector>

namespace slipway::sandbox {

// One after the other, in the caller's namespaces, each with STATE (JSON) on its standard input; the caller's
// standard output and error are theirs. Throws Failure{start_failed} for the first that cannot be run, ends
// with another status than 0 or takes longer than it may. KIND: "hooks.prestart".
void run_hooks(const std::vector<oci::Hook>& hooks, const std::string& kind, const std::string& state);

// STATE with another "status" and "pid".
std::string state_with(const std::string& state, const std::string& status, int pid);

} // namespace slipway::sandbox
