// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether manifest and configuration together are an image that can be kept, wherever they are from.
#pragma once

#include "oci/image_config.hpp"
#include "oci/manifest.hpp"
#include "oci/platform.hpp"

#include <cstddef>
#include <optional>

namespace slipway::engine {

// All throw Failure{invalid_manifest}, but for check_platform().

// Of a container's image, and not too large.
void check_config_descriptor(const oci::Descriptor& config);
// As many layers in both, one at least, and no more than an overlay takes.
void check_layer_count(std::size_t in_manifest, std::size_t in_config);
// An image that no index chose is of one platform only. Throws Failure{no_such_platform}.
void check_platform(const oci::ImageConfig& config, const std::optional<oci::Platform>& wanted);

oci::Platform platform_here();

// What somebody else made, with the name of that fault.
template <typename T>
T of_others(Result<T> parsed)
{
    if (!parsed)
        throw Failure{ErrorCode::invalid_manifest, parsed.failure().message()};
    return std::move(parsed).value();
}

} // namespace slipway::engine
