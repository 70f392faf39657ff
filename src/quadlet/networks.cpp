// SPDX-License-Identifier: LGPL-2.1-or-later
// Network= of containers and pods: networks of other files, of other containers, and words of the engine's.
#include "quadlet/convert.hpp"
#include "quadlet/words.hpp"

namespace slipway::quadlet {

void add_networks(Item& item, const Catalog& catalog, Service& service, Words& words)
{
    for (const Entry* const entry : item.all("Network")) {
        const std::string wish = unquoted(entry->value);
        const std::size_t colon = wish.find(':');
        const std::string name = wish.substr(0, colon);
        const std::string options = colon == std::string::npos ? "" : wish.substr(colon);
        if (name.ends_with(".network")) {
            if (const std::optional<Reference> reference = need(item, *entry, name, catalog)) {
                service.require(reference->service);
                add_option(words, "--network", reference->resource + options);
            }
        } else if (name.ends_with(".container")) {
            if (!options.empty())
                item.refuse(*entry, "Network=" + wish + ": another container's network takes no options");
            if (const std::optional<Reference> reference = need(item, *entry, name, catalog)) {
                service.require(reference->service);
                add_option(words, "--network", "container:" + reference->resource);
            }
        } else if (name == "bridge") {
            add_option(words, "--network", "default" + options); // podman's word for it
        } else if (name == "private") {
            if (!options.empty())
                item.refuse(*entry, "Network=" + wish + ": 'private' takes no options");
        } else {
            add_option(words, "--network", wish);
        }
    }
}

} // namespace slipway::quadlet
