// SPDX-License-Identifier: LGPL-2.1-or-later
// TextCursor: what is left of a text while it is read from the front.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace slipway {

struct TextCursor {
    std::string_view rest;

    bool is_at_end() const { return rest.empty(); }
    bool take(char c)
    {
        if (rest.empty() || rest[0] != c)
            return false;
        rest.remove_prefix(1);
        return true;
    }
    // Digits only; at most 12 of them.
    std::optional<std::int64_t> take_number(std::size_t least = 1, std::size_t most = 12)
    {
        std::size_t length = 0;
        while (length < rest.size() && rest[length] >= '0' && rest[length] <= '9')
            ++length;
        if (length < least || length > most)
            return std::nullopt;
        std::int64_t number = 0;
        std::from_chars(rest.data(), rest.data() + length, number);
        rest.remove_prefix(length);
        return number;
    }
    // ".25" is 250000 microseconds; what is finer is dropped. 0 where there is none.
    std::optional<std::int64_t> take_fraction()
    {
        if (!take('.'))
            return 0;
        std::int64_t usec = 0;
        std::size_t digits = 0;
        for (; !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; rest.remove_prefix(1), ++digits)
            if (digits < 6)
                usec = usec * 10 + (rest[0] - '0');
        if (digits == 0)
            return std::nullopt;
        for (; digits < 6; ++digits)
            usec *= 10;
        return usec;
    }
};

} // namespace slipway
