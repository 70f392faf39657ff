// SPDX-License-Identifier: LGPL-2.1-or-later
// Words: split, and written.
#include "quadlet/words.hpp"

#include <algorithm>
#include <array>

namespace slipway::quadlet {

namespace {

constexpr std::string_view separators = " \t\n\r";
constexpr std::string_view escape_letters = "abfnrtvs\\\"'";
constexpr std::string_view escape_values = "\a\b\f\n\r\t\v \\\"'";

std::optional<std::uint32_t> number_of(std::string_view digits, std::size_t count, unsigned base)
{
    if (digits.size() < count)
        return std::nullopt;
    std::uint32_t number = 0;
    for (const char digit : digits.substr(0, count)) {
        unsigned value = base;
        if (digit >= '0' && digit <= '9')
            value = static_cast<unsigned>(digit - '0');
        else if (digit >= 'a' && digit <= 'f')
            value = static_cast<unsigned>(digit - 'a') + 10;
        else if (digit >= 'A' && digit <= 'F')
            value = static_cast<unsigned>(digit - 'A') + 10;
        if (value >= base)
            return std::nullopt;
        number = number * base + value;
    }
    return number;
}

void append_utf8(std::string& text, std::uint32_t point)
{
    if (point < 0x80) {
        text += static_cast<char>(point);
    } else if (point < 0x800) {
        text += static_cast<char>(0xC0U | (point >> 6U));
        text += static_cast<char>(0x80U | (point & 0x3FU));
    } else if (point < 0x10000) {
        text += static_cast<char>(0xE0U | (point >> 12U));
        text += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
        text += static_cast<char>(0x80U | (point & 0x3FU));
    } else {
        text += static_cast<char>(0xF0U | (point >> 18U));
        text += static_cast<char>(0x80U | ((point >> 12U) & 0x3FU));
        text += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
        text += static_cast<char>(0x80U | (point & 0x3FU));
    }
}

struct NumberEscape {
    char letter;
    std::size_t digits;
    unsigned base;
    bool is_code_point;
};

constexpr std::array number_escapes{NumberEscape{'x', 2, 16, false}, NumberEscape{'u', 4, 16, true},
                                    NumberEscape{'U', 8, 16, true}};

// TEXT begins behind a backslash. How much of it was an escape; what it means goes to WORD.
std::size_t take_escape(std::string_view text, std::string& word)
{
    if (const std::size_t at = escape_letters.find(text.front()); at != std::string_view::npos) {
        word += escape_values[at];
        return 1;
    }
    for (const NumberEscape& escape : number_escapes) {
        if (text.front() != escape.letter)
            continue;
        const auto number = number_of(text.substr(1), escape.digits, escape.base);
        constexpr std::uint32_t most = 0x10FFFF;
        const bool is_surrogate = number && *number >= 0xD800 && *number <= 0xDFFF;
        if (!number || *number == 0 || *number > most || (escape.is_code_point && is_surrogate))
            break;
        if (escape.is_code_point)
            append_utf8(word, *number);
        else
            word += static_cast<char>(*number);
        return 1 + escape.digits;
    }
    constexpr std::size_t octal_digits = 3;
    if (const auto number = number_of(text, octal_digits, 8); number && *number > 0 && *number <= 0xFF) {
        word += static_cast<char>(*number);
        return octal_digits;
    }
    word += '\\';
    word += text.front();
    return 1;
}

} // namespace

Result<std::vector<std::string>> split_words(std::string_view text)
{
    std::vector<std::string> words;
    for (;;) {
        const std::size_t begin = text.find_first_not_of(separators);
        if (begin == std::string_view::npos)
            return words;
        text.remove_prefix(begin);
        std::string word;
        char quote = 0;
        while (!text.empty()) {
            const char letter = text.front();
            if (quote == 0 && separators.find(letter) != std::string_view::npos)
                break;
            text.remove_prefix(1);
            if (letter == '\\' && !text.empty())
                text.remove_prefix(take_escape(text, word));
            else if (letter == quote)
                quote = 0;
            else if (quote == 0 && (letter == '"' || letter == '\''))
                quote = letter;
            else
                word += letter;
        }
        if (quote != 0)
            return Failure{ErrorCode::invalid_configuration,
                           std::string{"a quote ("} + quote + ") is not closed"};
        words.push_back(std::move(word));
    }
}

std::string unquoted(std::string_view value)
{
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        value = value.substr(1, value.size() - 2);
    return std::string{value};
}

std::string quote_word(std::string_view word)
{
    const auto is_special = [](char letter) {
        return static_cast<unsigned char>(letter) <= ' ' || letter == '\x7f' || letter == '"' ||
               letter == '\'' || letter == '\\';
    };
    // A ';' alone parts two commands.
    if (!word.empty() && word != ";" && std::none_of(word.begin(), word.end(), is_special))
        return std::string{word};
    std::string text = "\"";
    for (const char letter : word) {
        constexpr std::string_view hexadecimal = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(letter);
        if (letter == '"' || letter == '\\')
            text.append("\\").push_back(letter);
        else if (letter == '\n')
            text += "\\n";
        else if (letter == '\t')
            text += "\\t";
        else if (byte < ' ' || byte == 0x7F)
            text.append("\\x").append({hexadecimal[byte >> 4U], hexadecimal[byte & 0xFU]});
        else
            text += letter;
    }
    return text + '"';
}

std::optional<bool> parse_truth(std::string_view text)
{
    std::string word{text};
    std::transform(word.begin(), word.end(), word.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    });
    constexpr std::array<std::string_view, 6> yes{"1", "yes", "y", "true", "t", "on"};
    constexpr std::array<std::string_view, 6> no{"0", "no", "n", "false", "f", "off"};
    if (std::find(yes.begin(), yes.end(), word) != yes.end())
        return true;
    if (std::find(no.begin(), no.end(), word) != no.end())
        return false;
    return std::nullopt;
}

std::string without_specifiers(std::string_view text)
{
    std::string escaped;
    for (const char letter : text)
        escaped.append(letter == '%' ? 2 : 1, letter);
    return escaped;
}

} // namespace slipway::quadlet
