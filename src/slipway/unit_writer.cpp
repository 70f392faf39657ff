// SPDX-License-Identifier: LGPL-2.1-or-later
// UnitWriter: what is written goes through systemd's command lines, which replace % and $.
#include "slipway/unit_writer.hpp"

#include "quadlet/words.hpp"

#include <algorithm>

namespace slipway::cli {

namespace {

std::string literal(const std::string& text)
{
    std::string escaped;
    for (const char letter : text)
        escaped.append(letter == '%' || letter == '$' ? 2 : 1, letter);
    return escaped;
}

bool is_control(char letter)
{
    return static_cast<unsigned char>(letter) < ' ' || letter == '\x7f';
}

} // namespace

void UnitWriter::text(std::string_view key, const std::string& value)
{
    // A line cannot hold these, and a backslash at its end would go on.
    if (value.empty() || value.ends_with('\\') || std::any_of(value.begin(), value.end(), is_control)) {
        not_said(std::string{key} + " " + value);
        return;
    }
    const bool is_quoted = value.front() == ' ' || value.back() == ' ' || value.front() == '"';
    const std::string quote = is_quoted ? "\"" : "";
    lines_.append(key).append("=").append(quote + literal(value) + quote).append("\n");
}

void UnitWriter::words(std::string_view key, const std::vector<std::string>& words)
{
    std::string line;
    for (const std::string& word : words)
        line.append(line.empty() ? "" : " ").append(quadlet::quote_word(literal(word)));
    lines_.append(key).append("=").append(line).append("\n");
}

void UnitWriter::not_said(const std::string& what)
{
    std::string line = what;
    std::replace_if(line.begin(), line.end(), is_control, '?');
    remarks_.append("# not said: ").append(line).append("\n");
}

} // namespace slipway::cli
