// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of entries: component by component.
#include "transfer/entry_name.hpp"

#include "base/failure.hpp"
#include "transfer/limits.hpp"
#include "transfer/refusal.hpp"

#include <algorithm>
#include <cerrno>

namespace slipway::transfer {

namespace {

constexpr std::size_t quoted_limit = 160;

void check_component(std::string_view name, std::string_view component)
{
    if (component == "..")
        refuse_entry(name, "climbs out by \"..\"");
    if (component.size() > component_limit)
        refuse_entry(name, "has a part longer than " + std::to_string(component_limit) + " bytes");
}

// Bytes of the UTF-8 character that TEXT begins with; 0 if it is none or no printable one.
std::size_t character_length(std::string_view text)
{
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (byte(0) >= 0x20 && byte(0) < 0x7f)
        return 1;
    const std::size_t length = byte(0) >= 0xf0 && byte(0) < 0xf5   ? 4
                               : byte(0) >= 0xe0 && byte(0) < 0xf0 ? 3
                               : byte(0) >= 0xc2 && byte(0) < 0xe0 ? 2
                                                                   : 0;
    if (length == 0 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xc0U) != 0x80)
            return 0;
    // C1 controls, surrogates, overlong forms and what is past the last character.
    if ((byte(0) == 0xc2 && byte(1) < 0xa0) || (byte(0) == 0xe0 && byte(1) < 0xa0) ||
        (byte(0) == 0xed && byte(1) >= 0xa0) || (byte(0) == 0xf0 && byte(1) < 0x90) ||
        (byte(0) == 0xf4 && byte(1) >= 0x90))
        return 0;
    return length;
}

} // namespace

std::string checked_name(std::string_view name)
{
    if (name.empty())
        throw Failure{ErrorCode::unreadable_archive, "an entry has no name: make the archive again"};
    if (name.size() > path_limit)
        refuse_entry(name, "has a name longer than " + std::to_string(path_limit) + " bytes");
    if (name.front() == '/')
        refuse_entry(name, "has an absolute name");
    std::string checked;
    checked.reserve(name.size());
    for (std::size_t start = 0; start <= name.size();) {
        const std::size_t end = std::min(name.find('/', start), name.size());
        const std::string_view component = name.substr(start, end - start);
        start = end + 1;
        if (component.empty() || component == ".")
            continue;
        check_component(name, component);
        if (!checked.empty())
            checked += '/';
        checked += component;
    }
    return checked;
}

std::string in_quotes(std::string_view name)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "\"";
    while (!name.empty()) {
        if (text.size() > quoted_limit) {
            text += "…";
            break;
        }
        const std::size_t length = character_length(name);
        if (length != 0) {
            text += name.substr(0, length);
        } else {
            const auto byte = static_cast<unsigned char>(name.front());
            text += "\\x";
            text += digits[byte >> 4U];
            text += digits[byte & 15U];
        }
        name.remove_prefix(length == 0 ? 1 : length);
    }
    return text + "\"";
}

void check_entry(int result, std::string_view deed, std::string_view name)
{
    if (result < 0)
        throw errno_failure(errno, deed, in_quotes(name));
}

SplitName split(const std::string& name)
{
    const std::size_t slash = name.rfind('/');
    if (slash == std::string::npos)
        return {{}, name};
    return {name.substr(0, slash), name.substr(slash + 1)};
}

} // namespace slipway::transfer
