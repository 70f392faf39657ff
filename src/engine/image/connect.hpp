// SPDX-License-Identifier: LGPL-2.1-or-later
// The conversation with slipway-registry about one repository, begun.
#pragma once

#include "engine/image/workshop.hpp"
#include "oci/auth_file.hpp"
#include "oci/reference.hpp"
#include "registry/agent.hpp"

#include <memory>
#include <string>
#include <vector>

namespace slipway::engine {

// By registries.conf, certificates, AUTHS (asked in this order) and the engine's proxies. Throws Failure.
async::Task<std::unique_ptr<registry::Agent>> connect(Workshop* workshop, oci::Reference reference,
                                                      std::vector<oci::AuthFile> auths);

// The same about a registry as a whole: "host[:port][/path]". Throws Failure, invalid_argument for no such
// name.
async::Task<std::unique_ptr<registry::Agent>> connect_to_registry(Workshop* workshop, std::string name,
                                                                  std::vector<oci::AuthFile> auths);

} // namespace slipway::engine
