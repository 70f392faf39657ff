// SPDX-License-Identifier: LGPL-2.1-or-later
// PruneFilter: labels by key, or by key and value.
#include "engine/care/prune_filter.hpp"

#include <algorithm>

namespace slipway::engine {

namespace {

bool has_label(const std::map<std::string, std::string>& held, const std::string& wish)
{
    const std::size_t equals = wish.find('=');
    const auto found = held.find(wish.substr(0, equals));
    return found != held.end() && (equals == std::string::npos || found->second == wish.substr(equals + 1));
}

} // namespace

bool PruneFilter::fits(RealTime created_at, const std::map<std::string, std::string>& held) const
{
    const auto is_held = [&held](const std::string& wish) { return has_label(held, wish); };
    return (!until || created_at < *until) && std::all_of(labels.begin(), labels.end(), is_held) &&
           std::none_of(other_labels.begin(), other_labels.end(), is_held);
}

} // namespace slipway::engine
