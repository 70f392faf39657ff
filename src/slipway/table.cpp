// SPDX-License-Identifier: LGPL-2.1-or-later
// Table: widths first, then lines.
#include "slipway/table.hpp"

#include "slipway/human.hpp"

#include <algorithm>
#include <cassert>

namespace slipway::cli {

Table::Table(std::vector<std::string> headings)
{
    rows_.push_back(std::move(headings));
}

void Table::add(std::vector<std::string> cells)
{
    assert(cells.size() == rows_.front().size());
    rows_.push_back(std::move(cells));
}

std::string Table::text() const
{
    constexpr std::size_t gap = 3;
    std::vector<std::size_t> widths(rows_.front().size());
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], width(row[i]));

    std::string text;
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i + 1 < row.size(); ++i)
            text.append(row[i]).append(widths[i] + gap - width(row[i]), ' ');
        text.append(row.back()).append("\n");
    }
    return text;
}

} // namespace slipway::cli
