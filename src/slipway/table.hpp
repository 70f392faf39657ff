// SPDX-License-Identifier: LGPL-2.1-or-later
// Table: rows in aligned columns, as docker's listings look.
#pragma once

#include <string>
#include <vector>

namespace slipway::cli {

class Table {
  public:
    explicit Table(std::vector<std::string> headings);
    // As many cells as headings.
    void add(std::vector<std::string> cells);
    // Columns three blanks apart, the last one ragged; each line ends with a newline.
    std::string text() const;

  private:
    std::vector<std::vector<std::string>> rows_;
};

} // namespace slipway::cli
