// SPDX-License-Identifier: LGPL-2.1-or-later
// Local answers: to what is ours to answer, and what nobody else shall be asked.
#pragma once

#include "dns-server/query.hpp"
#include "dns-server/view.hpp"

#include <optional>
#include <span>
#include <string>

namespace slipway::dns_server {

struct LocalAnswer {
    std::string bytes;
    // So many answers to the same question differ in the order of their records.
    unsigned variants = 1;
};

// What who asks may know: the network's own view first, then those of the asker's other networks.
using Views = std::span<const View* const>;

// In LIMIT bytes; TURN rotates the records. Nothing where the host's resolver is to be asked. A name that
// several of VIEWS have is the first one's.
std::optional<LocalAnswer> find_local_answer(Views views, const Query& query, std::size_t limit,
                                             unsigned turn);

} // namespace slipway::dns_server
