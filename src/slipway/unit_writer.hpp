// SPDX-License-Identifier: LGPL-2.1-or-later
// UnitWriter: lines of a .container file that mean what is given, whatever letters there are in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slipway::cli {

class UnitWriter {
  public:
    // A value that is taken as a whole.
    void text(std::string_view key, const std::string& value);
    // A value that is split into words.
    void words(std::string_view key, const std::vector<std::string>& words);
    // An option of `slipway run` that no key has.
    void option(std::string_view option, const std::string& value)
    {
        words("PodmanArgs", {std::string{option} + '=' + value});
    }
    // KEY=, which takes back.
    void nothing(std::string_view key) { lines_.append(key).append("=\n"); }
    void not_said(const std::string& what);

    // Keys and what is not said.
    std::string content() const { return lines_ + remarks_; }

  private:
    std::string lines_;
    std::string remarks_;
};

} // namespace slipway::cli
