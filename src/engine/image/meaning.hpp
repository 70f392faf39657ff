// SPDX-License-Identifier: LGPL-2.1-or-later
// What the name of an image means on this machine, by its registries.conf.
#pragma once

#include "oci/reference.hpp"
#include "store/store.hpp"

#include <optional>
#include <string>

namespace slipway::engine {

// The one image at a registry that TEXT means. Throws Failure{invalid_reference} for a short name that may
// mean several, and for what is no name; invalid_configuration.
oci::Reference meaning_of(const std::string& text);

// The image in the store that TEXT means: a name, a short one as it was pulled, or an ID or its beginning.
// Throws as store::Images::at() does.
store::ImageRow image_at(store::Store& store, const std::string& text);

struct NamedImage {
    store::ImageRow image;
    std::optional<oci::Reference> name; // the one of its names that TEXT means; nothing for an ID
};
// The same. Throws as image_at() does.
NamedImage named_image_at(store::Store& store, const std::string& text);

} // namespace slipway::engine
