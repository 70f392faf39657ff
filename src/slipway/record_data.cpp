// SPDX-License-Identifier: LGPL-2.1-or-later
// Record data: quotation marks for texts, blanks between all others.
#include "slipway/record_data.hpp"

#include <strings.h>

namespace slipway::cli {

std::string record_data(const std::string& type, const std::vector<std::string>& words)
{
    const bool is_text = ::strcasecmp(type.c_str(), "TXT") == 0;
    // As `dns ls` writes it: quoted already.
    if (is_text && words.size() == 1 && words.front().size() > 1 && words.front().front() == '"')
        return words.front();
    std::string data;
    for (const std::string& word : words) {
        if (!data.empty())
            data += ' ';
        if (!is_text) {
            data += word;
            continue;
        }
        data += '"';
        for (const char c : word)
            data += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
        data += '"';
    }
    return data;
}

} // namespace slipway::cli
