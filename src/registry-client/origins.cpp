// SPDX-License-Identifier: LGPL-2.1-or-later
// Origins: order, and what is told when none of them helps.
#include "registry-client/origins.hpp"

#include <algorithm>

namespace slipway::registry_client {

Origins::Origins(Http& http, const registry::Target& target)
{
    for (const registry::Place& place : target.places)
        origins_.push_back(std::make_unique<Origin>(http, place));
}

std::vector<Origin*> Origins::to_ask(By by) const
{
    const oci::MirrorUse never = by == By::tag ? oci::MirrorUse::digests_only : oci::MirrorUse::tags_only;
    std::vector<Origin*> order;
    for (const auto& origin : origins_)
        if (!origin->place().endpoint.is_mirror || origin->place().endpoint.use != never)
            order.push_back(origin.get());
    std::stable_partition(order.begin(), order.end(),
                          [this](const Origin* origin) { return origin == preferred_; });
    return order;
}

void Failures::add(const Origin& origin, const Failure& failure)
{
    if (last_)
        others_ += "; " + last_host_ + ": " + last_->message();
    last_ = failure;
    last_host_ = origin.host();
}

void Failures::rethrow() const
{
    if (!last_)
        throw Failure{ErrorCode::invalid_configuration, "registries.conf leaves no place to ask"};
    if (others_.empty())
        throw *last_; // NOLINT: a copy is meant
    throw Failure{last_->code(), last_->message() + " (before: " + others_.substr(2) + ")"};
}

} // namespace slipway::registry_client
