// SPDX-License-Identifier: LGPL-2.1-or-later
// Key: looked up.
#include "quadlet/key.hpp"

#include "quadlet/other_keys.hpp"

#include <algorithm>

namespace slipway::quadlet {

std::span<const Key> keys_of(Kind kind)
{
    switch (kind) {
    case Kind::container:
        return container_keys;
    case Kind::pod:
        return pod_keys;
    case Kind::network:
        return network_keys;
    case Kind::volume:
        return volume_keys;
    case Kind::image:
        return image_keys;
    case Kind::build:
        return build_keys;
    }
    return {};
}

const Key* find_key(Kind kind, std::string_view name)
{
    const std::span<const Key> keys = keys_of(kind);
    const auto found =
        std::find_if(keys.begin(), keys.end(), [name](const Key& key) { return key.name == name; });
    return found == keys.end() ? nullptr : &*found;
}

} // namespace slipway::quadlet
