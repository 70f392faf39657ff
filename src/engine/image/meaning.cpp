// SPDX-License-Identifier: LGPL-2.1-or-later
// Meaning: registries.conf first, then the store.
#include "engine/image/meaning.hpp"

#include "registry/configuration.hpp"

#include <algorithm>

namespace slipway::engine {

oci::Reference meaning_of(const std::string& text)
{
    const oci::RegistriesConf conf = registry::read_registries_conf(registry::registries_conf_file());
    oci::Candidates candidates = oci::candidates_of(conf, text).value();
    if (candidates.references.size() == 1)
        return std::move(candidates.references.front());
    std::string names;
    for (const oci::Reference& each : candidates.references)
        names += (names.empty() ? "" : ", ") + each.canonical();
    throw Failure{ErrorCode::invalid_reference,
                  text + " may mean " + names + ": say which, or give it an alias in registries.conf"};
}

store::ImageRow image_at(store::Store& store, const std::string& text)
{
    return named_image_at(store, text).image;
}

NamedImage named_image_at(store::Store& store, const std::string& text)
{
    if (std::optional<store::ImageRow> image = store.images().find(text)) {
        const Result<oci::Reference> reference = oci::parse_reference(text);
        const bool is_name = reference && std::find(image->names.begin(), image->names.end(),
                                                    reference.value().familiar()) != image->names.end();
        return {*std::move(image), is_name ? std::optional{reference.value()} : std::nullopt};
    }
    const oci::RegistriesConf conf = registry::read_registries_conf(registry::registries_conf_file());
    if (Result<oci::Candidates> candidates = oci::candidates_of(conf, text)) {
        for (oci::Reference candidate : candidates.value().references) {
            // The store keeps a name with a digest without the tag.
            if (candidate.digest)
                candidate.tag.clear();
            if (std::optional<store::ImageRow> image = store.images().find(candidate.familiar()))
                return {*std::move(image), candidate};
        }
    }
    return {store.images().at(text), std::nullopt};
}

} // namespace slipway::engine
