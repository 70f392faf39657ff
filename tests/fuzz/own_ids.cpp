// SPDX-License-Identifier: LGPL-2.1-or-later
// A user's lines of subuid and subgid; the two stand behind each other, a NUL between them.
#include "engine/own_ids.hpp"

#include "target.hpp"

#include <cstdlib>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    const std::string_view text = fuzz::text_of(data, size);
    const std::size_t end = std::min(text.find('\0'), text.size());
    const kernel::IdRanges ranges = engine::own_ranges({"sailor", 1001, 1001}, text.substr(0, end),
                                                       text.substr(std::min(end + 1, text.size())));
    for (const auto* list : {&ranges.uids, &ranges.gids}) {
        std::uint64_t next = 0;
        for (const kernel::IdRange& range : *list) {
            if (range.inside != next || range.size == 0 || range.outside == 0)
                std::abort();
            next += range.size;
        }
        if (next > 65536)
            std::abort();
    }
    return 0;
}
