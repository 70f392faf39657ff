// SPDX-License-Identifier: LGPL-2.1-or-later
// FieldReader: tokens, quoted texts, blanks.
#include "oci/field_reader.hpp"

#include "oci/ascii.hpp"

#include <algorithm>

namespace slipway::oci {

namespace {

bool is_token(char c)
{
    return is_alphanumeric(c) ||
           (c != '\0' && std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos);
}

} // namespace

bool FieldReader::take(char c) noexcept
{
    if (is_at_end() || text_[at_] != c)
        return false;
    ++at_;
    return true;
}

bool FieldReader::skip_blanks() noexcept
{
    const std::size_t start = at_;
    while (!is_at_end() && (text_[at_] == ' ' || text_[at_] == '\t'))
        ++at_;
    return at_ != start;
}

bool FieldReader::skip_commas() noexcept
{
    skip_blanks();
    bool found = false;
    while (take(',')) {
        found = true;
        skip_blanks();
    }
    return found;
}

std::optional<std::string> FieldReader::until(char end)
{
    const std::size_t found = text_.find(end, at_);
    if (found == std::string_view::npos)
        return std::nullopt;
    const std::string_view part = text_.substr(at_, found - at_);
    at_ = found;
    return std::string{part};
}

std::string FieldReader::token()
{
    const std::size_t start = at_;
    while (!is_at_end() && is_token(text_[at_]))
        ++at_;
    return std::string{text_.substr(start, at_ - start)};
}

std::optional<std::string> FieldReader::word()
{
    if (!take('"')) {
        const std::string text = token();
        return text.empty() ? std::nullopt : std::optional{text};
    }
    std::string text;
    while (!is_at_end()) {
        char c = text_[at_++];
        if (c == '"')
            return text;
        if (c == '\\') {
            if (is_at_end())
                return std::nullopt;
            c = text_[at_++];
        }
        if (static_cast<unsigned char>(c) < 0x20 && c != '\t')
            return std::nullopt;
        text += c;
    }
    return std::nullopt;
}

std::optional<std::string> FieldReader::token68()
{
    const std::size_t start = at_;
    while (!is_at_end() && (is_alphanumeric(text_[at_]) ||
                            std::string_view{"-._~+/"}.find(text_[at_]) != std::string_view::npos))
        ++at_;
    while (at_ != start && take('=')) {
    }
    const std::string text{text_.substr(start, at_ - start)};
    skip_blanks();
    if (text.empty() || !(is_at_end() || peek() == ',')) {
        at_ = start;
        return std::nullopt;
    }
    return text;
}

std::string lower_case(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return text;
}

} // namespace slipway::oci
