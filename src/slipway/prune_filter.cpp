// SPDX-License-Identifier: LGPL-2.1-or-later
// Prune filters: words to a filter.
#include "slipway/prune_filter.hpp"

#include "slipway/human.hpp"
#include "slipway/moment.hpp"

#include <algorithm>

namespace slipway::cli {

void add_filter(Options& options, std::vector<std::string>& words)
{
    options.list("--filter", words, "KEY=VALUE",
                 "Only what is older (until=24h, until=2026-11-24T00:45:09Z), has a label (label=KEY, "
                 "label=KEY=VALUE) or has not (label!=KEY)");
}

client::PruneFilter read_filter(const std::vector<std::string>& words, RealTime present)
{
    client::PruneFilter filter;
    for (const std::string& word : words) {
        const std::size_t equals = word.find('=');
        const std::string key = word.substr(0, equals);
        const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
        if (value.empty() || value.starts_with('='))
            throw UsageError{"--filter takes KEY=VALUE, not '" + word + "'"};
        if (key == "until") {
            const Result<RealTime> moment = parse_moment(value, present);
            if (!moment)
                throw UsageError{"--filter until: " + moment.failure().message()};
            filter.until_usec = std::min(filter.until_usec.value_or(UINT64_MAX), to_usec(moment.value()));
        } else if (key == "label") {
            filter.labels.push_back(value);
        } else if (key == "label!") {
            filter.other_labels.push_back(value);
        } else {
            throw UsageError{"--filter knows until, label and label!, not '" + key + "'"};
        }
    }
    return filter;
}

std::string pruned_text(const std::string& title, const std::string& prefix, const client::Pruned& pruned)
{
    if (pruned.names.empty())
        return {};
    std::string text = title + ":\n";
    for (const std::string& name : pruned.names)
        text += prefix + visible(name) + "\n";
    return text + "\n";
}

} // namespace slipway::cli
