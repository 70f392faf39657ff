// SPDX-License-Identifier: LGPL-2.1-or-later
// Local answers: to what is ours to answer, and what nobody else shall be asked.
#pragma once

#include "dns-server/query.hpp"
#include "dns-server/view.hpp"

#include <optional>
#include <string>

namespace slipway::dns_server {

struct LocalAnswer {
    std::string bytes;
    // So many answers to the same question differ in the order of their records.
    unsigned variants = 1;
};

// In LIMIT bytes; TURN rotates the records. Nothing where the host's resolver is to be asked.
std::optional<LocalAnswer> find_local_answer(const View& view, const Query& query, std::size_t limit,
                                             unsigned turn);

} // namespace slipway::dns_server
