// SPDX-License-Identifier: LGPL-2.1-or-later
// A bundle: the directory with the configuration and, mostly, the root (bundle.md).
#pragma once

#include "oci/runtime_config.hpp"

#include <string>

namespace slipway::oci_runtime {

struct Bundle {
    std::string path;          // absolute
    std::string text;          // of the configuration
    oci::RuntimeConfig config; // its paths absolute
};

// DIRECTORY: empty for the working directory. CONFIG: a file, relative to the bundle. Throws Failure.
Bundle load_bundle(const std::string& directory, const std::string& config);

} // namespace slipway::oci_runtime
