// SPDX-License-Identifier: LGPL-2.1-or-later
// IdRanges: lines "slipway:FIRST:SIZE".
#include "engine/container/id_ranges.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace slipway::engine {

namespace {

constexpr std::uint32_t built_in_first = 0x70000000;
constexpr std::uint32_t built_in_size = 0x10000000;

bool read_number(std::string_view text, std::uint32_t& number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

// Sizes by first ID.
std::map<std::uint32_t, std::uint32_t> stretches_of(std::string_view file)
{
    constexpr std::string_view prefix = "slipway:";
    std::map<std::uint32_t, std::uint32_t> found;
    while (!file.empty()) {
        const std::string_view line = file.substr(0, file.find('\n'));
        file.remove_prefix(std::min(line.size() + 1, file.size()));
        if (!line.starts_with(prefix))
            continue;
        const std::string_view rest = line.substr(prefix.size());
        const std::size_t colon = rest.find(':');
        std::uint32_t first = 0;
        std::uint32_t size = 0;
        // ID 0 is the host's root, whatever a file says.
        if (colon != std::string_view::npos && read_number(rest.substr(0, colon), first) && first != 0 &&
            read_number(rest.substr(colon + 1), size) && size < UINT32_MAX - first)
            found[first] = size;
    }
    return found;
}

// Ranges may begin between ours where the files were others once.
bool is_free(std::uint32_t first, const std::set<std::uint32_t>& taken)
{
    const std::uint32_t lowest = first < ids_per_container ? 0 : first - ids_per_container + 1;
    const auto found = taken.lower_bound(lowest);
    return found == taken.end() || *found > first + (ids_per_container - 1);
}

} // namespace

IdRanges::IdRanges(std::string_view subuid, std::string_view subgid)
{
    const std::map<std::uint32_t, std::uint32_t> groups = stretches_of(subgid);
    for (const auto& [first, size] : stretches_of(subuid))
        if (const auto same = groups.find(first); same != groups.end())
            stretches_.push_back({first, std::min(size, same->second)});
    if (stretches_.empty())
        stretches_.push_back({built_in_first, built_in_size});
}

std::uint32_t IdRanges::find_free(const std::set<std::uint32_t>& taken) const
{
    for (const Stretch& stretch : stretches_)
        for (std::uint32_t at = 0; stretch.size - at >= ids_per_container; at += ids_per_container)
            if (is_free(stretch.first + at, taken))
                return stretch.first + at;
    throw Failure{ErrorCode::no_space,
                  "no user IDs are left for another container (remove containers, or give slipway more in "
                  "/etc/subuid and /etc/subgid)"};
}

} // namespace slipway::engine
