// SPDX-License-Identifier: LGPL-2.1-or-later
// FieldReader: the words that HTTP's header fields are made of (RFC 9110, section 5.6).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::oci {

class FieldReader {
  public:
    explicit FieldReader(std::string_view text) noexcept : text_{text} {}

    bool is_at_end() const noexcept { return at_ == text_.size(); }
    char peek() const noexcept { return is_at_end() ? '\0' : text_[at_]; }
    std::size_t position() const noexcept { return at_; }
    void return_to(std::size_t position) noexcept { at_ = position; }

    bool take(char c) noexcept;
    // True if there was one.
    bool skip_blanks() noexcept;
    // Commas and the blanks around them, as lists may have several; true if there was one.
    bool skip_commas() noexcept;
    // Up to END, which is not taken; nothing where there is none.
    std::optional<std::string> until(char end);
    // Empty where none is.
    std::string token();
    // A token or a quoted text, without its quotes.
    std::optional<std::string> word();
    // The form that "Negotiate" has, only if it ends this challenge; else nothing is taken.
    std::optional<std::string> token68();

  private:
    std::string_view text_;
    std::size_t at_ = 0;
};

// Of ASCII letters.
std::string lower_case(std::string text);

} // namespace slipway::oci
