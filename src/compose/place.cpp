// SPDX-License-Identifier: LGPL-2.1-or-later
// How refusals name a place: "compose.yaml:12:5: services.web.ports[1]: …".
#include "compose/place.hpp"

namespace slipway::compose {

std::string text_of(const Mark& mark)
{
    return (mark.source != nullptr ? mark.source->name : std::string{"-"}) + ":" + std::to_string(mark.line) +
           ":" + std::to_string(mark.column);
}

void refuse(const Mark& mark, std::string_view path, const std::string& reason, ErrorCode code)
{
    std::string message = text_of(mark) + ": ";
    if (!path.empty())
        message.append(path).append(": ");
    throw Failure{code, message + reason};
}

std::string in_quotes(std::string_view word)
{
    constexpr std::size_t longest = 80;
    std::string text = "'";
    for (const char c : word.substr(0, longest)) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n')
            text += "\\n";
        else if (byte < 0x20 || byte == 0x7f)
            text += '?';
        else
            text += c;
    }
    // Not through the middle of a character of UTF-8.
    if (word.size() > longest) {
        while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0U) == 0x80U)
            text.pop_back();
        if (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80U) != 0)
            text.pop_back();
        text += "…";
    }
    return text + "'";
}

std::string member_path(std::string_view path, std::string_view name)
{
    const bool is_plain =
        !name.empty() && name.size() <= 80 && name.find_first_of(".[]'\n\t\r ") == std::string_view::npos;
    std::string text{path};
    if (!text.empty())
        text += '.';
    return text + (is_plain ? std::string{name} : in_quotes(name));
}

std::string entry_path(std::string_view path, std::size_t index)
{
    return std::string{path} + "[" + std::to_string(index) + "]";
}

} // namespace slipway::compose
