// SPDX-License-Identifier: LGPL-2.1-or-later
// Checks of images that come from others.
#include "engine/image/checked_image.hpp"

#include <string>
#include <sys/utsname.h>

namespace slipway::engine {

namespace {

// The kernel's limit of lower directories (fs/overlayfs/params.h).
constexpr std::size_t layer_limit = 500;

} // namespace

void check_config_descriptor(const oci::Descriptor& config)
{
    constexpr std::string_view docker = "application/vnd.docker.container.image.v1+json";
    if (config.media_type != oci::image_config_media_type && config.media_type != docker)
        throw Failure{ErrorCode::invalid_manifest,
                      "it is no image of a container but an artifact (" + config.media_type + ")"};
    if (config.size > oci::manifest_limit)
        throw Failure{ErrorCode::invalid_manifest,
                      "its configuration has " + std::to_string(config.size) + " bytes, more than the " +
                          std::to_string(oci::manifest_limit) + " that are taken"};
}

void check_layer_count(std::size_t in_manifest, std::size_t in_config)
{
    if (in_config != in_manifest)
        throw Failure{ErrorCode::invalid_manifest, "the manifest has " + std::to_string(in_manifest) +
                                                       " layers, the configuration " +
                                                       std::to_string(in_config)};
    if (in_manifest == 0)
        throw Failure{ErrorCode::invalid_manifest, "the image has no layer"};
    if (in_manifest > layer_limit)
        throw Failure{ErrorCode::invalid_manifest, "the image has " + std::to_string(in_manifest) +
                                                       " layers; an overlay takes no more than " +
                                                       std::to_string(layer_limit)};
}

void check_platform(const oci::ImageConfig& config, const std::optional<oci::Platform>& wanted)
{
    const oci::Platform offered = oci::normalized({config.os, config.architecture, config.variant, {}});
    if (wanted && !oci::rank(*wanted, offered))
        throw Failure{ErrorCode::no_such_platform,
                      "the image is for " + offered.text() + ", not for " + wanted->text()};
}

oci::Platform platform_here()
{
    utsname name{};
    ::uname(&name);
    return oci::platform_of_machine(static_cast<const char*>(name.machine));
}

} // namespace slipway::engine
