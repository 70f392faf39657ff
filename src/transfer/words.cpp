// SPDX-License-Identifier: LGPL-2.1-or-later
// Words: "--name" and "--name=value".
#include "transfer/words.hpp"

#include "base/failure.hpp"
#include "transfer/entry_name.hpp"

#include <algorithm>
#include <charconv>

namespace slipway::transfer {

bool Words::flag(std::string_view name)
{
    const auto found = std::find(words_.begin(), words_.end(), name);
    if (found == words_.end())
        return false;
    words_.erase(found);
    return true;
}

std::optional<std::string> Words::value(std::string_view name)
{
    const std::string prefix = std::string{name} + "=";
    const auto found = std::find_if(words_.begin(), words_.end(),
                                    [&prefix](const std::string& word) { return word.starts_with(prefix); });
    if (found == words_.end())
        return std::nullopt;
    std::string value = found->substr(prefix.size());
    words_.erase(found);
    return value;
}

std::optional<std::uint64_t> Words::number(std::string_view name)
{
    const std::optional<std::string> text = value(name);
    if (!text)
        return std::nullopt;
    std::uint64_t number = 0;
    const char* const end = text->data() + text->size();
    const auto [rest, error] = std::from_chars(text->data(), end, number);
    if (error != std::errc{} || rest != end)
        throw Failure{ErrorCode::invalid_argument,
                      std::string{name} + ": " + in_quotes(*text) + " is no number"};
    return number;
}

std::optional<Digest> Words::digest(std::string_view name)
{
    const std::optional<std::string> text = value(name);
    if (!text)
        return std::nullopt;
    return Digest::parse(*text).value();
}

std::string Words::operand()
{
    const auto found = std::find_if(words_.begin(), words_.end(),
                                    [](const std::string& word) { return !word.starts_with('-'); });
    if (found == words_.end())
        return {};
    std::string word = std::move(*found);
    words_.erase(found);
    return word;
}

void Words::end() const
{
    if (!words_.empty())
        throw Failure{ErrorCode::invalid_argument, "nobody knows the word " + in_quotes(words_.front())};
}

} // namespace slipway::transfer
