// SPDX-License-Identifier: LGPL-2.1-or-later
// json_text: a value as text.
#include "base/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace slipway {

namespace {

// Stands for itself.
bool is_plain(char letter)
{
    return letter >= 0x20 && letter < 0x7F && letter != '"' && letter != '\\';
}

struct Character {
    std::size_t length = 1;
    bool is_valid = false;
};

// The UTF-8 character that TEXT begins with; where there is none, as many bytes as could have begun one
// (Unicode 15, table 3-7, and section 3.9 on U+FFFD).
Character first_character(std::string_view text)
{
    const auto byte = [text](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80)
        return {1, true};
    if (lead < 0xC2 || lead > 0xF4)
        return {1, false};
    const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    // Nothing that is longer than need be, no surrogates, nothing above U+10FFFF.
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    for (std::size_t i = 1; i < length; ++i) {
        if (i == text.size() || byte(i) < low || byte(i) > high)
            return {i, false};
        low = 0x80;
        high = 0xBF;
    }
    return {length, true};
}

} // namespace

class JsonTextWriter {
  public:
    JsonTextWriter(StrayBytes stray, int indent) : stray_{stray}, indent_{indent} {}

    std::string take() { return std::move(text_); }

    void write(const Json& value)
    {
        std::visit([this](const auto& held) { write_held(held); }, value.value_);
    }

  private:
    void write_held(std::nullptr_t /*null*/) { text_ += "null"; }
    void write_held(bool value) { text_ += value ? "true" : "false"; }
    void write_held(std::int64_t number) { text_ += std::to_string(number); }
    void write_held(std::uint64_t number) { text_ += std::to_string(number); }
    void write_held(Json::Discarded /*discarded*/) { text_ += "null"; }

    void write_held(double number)
    {
        if (!std::isfinite(number)) {
            text_ += "null";
            return;
        }
        std::array<char, 32> digits{};
        const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
        const std::string_view shortest{digits.data(), written.ptr};
        text_ += shortest;
        if (shortest.find_first_of(".e") == std::string_view::npos)
            text_ += ".0";
    }

    void write_held(const std::string& text)
    {
        text_ += '"';
        for (std::string_view rest = text; !rest.empty();) {
            const auto plain =
                static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_plain) - rest.begin());
            text_ += rest.substr(0, plain);
            rest.remove_prefix(plain);
            if (rest.empty())
                break;
            const Character character = first_character(rest);
            if (character.is_valid)
                write_character(rest.substr(0, character.length));
            else if (stray_ == StrayBytes::replaced)
                text_ += "\uFFFD";
            else
                throw Json::Error{"must be UTF-8"};
            rest.remove_prefix(character.length);
        }
        text_ += '"';
    }

    void write_character(std::string_view character)
    {
        static constexpr std::string_view escaped = "\"\\\b\f\n\r\t";
        static constexpr std::string_view letters = "\"\\bfnrt";
        static constexpr std::string_view digits = "0123456789abcdef";
        const auto code = static_cast<unsigned char>(character.front());
        if (const std::size_t found = escaped.find(character.front()); found != std::string_view::npos)
            text_.append({'\\', letters[found]});
        else if (code < 0x20)
            text_.append("\\u00").append({digits[code / 16], digits[code % 16]});
        else
            text_ += character;
    }

    void write_held(const Json::Array& values)
    {
        write_all('[', values, ']', [this](const Json& value) { write(value); });
    }

    void write_held(const Json::Object& object)
    {
        write_all('{', object.members, '}', [this](const Json::Member& member) {
            write_held(member.name);
            text_ += indent_ < 0 ? ":" : ": ";
            write(member.value);
        });
    }

    template <typename Items, typename Write>
    void write_all(char open, const Items& items, char close, const Write& write_item)
    {
        text_ += open;
        ++depth_;
        const char* comma = "";
        for (const auto& item : items) {
            text_ += comma;
            comma = ",";
            break_line();
            write_item(item);
        }
        --depth_;
        if (!items.empty())
            break_line();
        text_ += close;
    }

    void break_line()
    {
        if (indent_ >= 0)
            text_.append("\n").append(static_cast<std::size_t>(indent_) * depth_, ' ');
    }

    StrayBytes stray_;
    int indent_;
    std::size_t depth_ = 0;
    std::string text_;
};

std::string json_text(const Json& value, StrayBytes stray, int indent)
{
    JsonTextWriter writer{stray, indent};
    writer.write(value);
    return writer.take();
}

} // namespace slipway
