// SPDX-License-Identifier: LGPL-2.1-or-later
// Certificates of a registry, where docker and podman look for them too: DIRECTORY/HOST[:PORT]/*.crt are
// authorities, NAME.cert and NAME.key what is shown to it.
#pragma once

#include "registry/target.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace slipway::registry {

// Of this engine, podman and docker, in the order they are asked.
const std::vector<std::filesystem::path>& certificate_directories();

// Those for HOST ("registry.example:5000"), of the first directory that has any. Throws
// Failure{invalid_configuration} for a certificate without its key, and for a key without its certificate;
// io_error.
Certificates find_certificates(const std::vector<std::filesystem::path>& directories,
                               const std::string& host);

} // namespace slipway::registry
