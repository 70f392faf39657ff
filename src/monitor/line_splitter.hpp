// SPDX-License-Identifier: LGPL-2.1-or-later
// LineSplitter: from bytes as they come to the lines of a log, of which one
// piece is at most 16 KiB.
//
// A longer line comes in pieces that share an identifier and are numbered from
// 1, as docker and podman mark them. A last line without a newline is such a
// piece too, even where it is the only one: whoever puts a newline behind each
// piece that is `terminated`, and none behind the others, has the bytes back
// exactly.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::monitor {

struct Line {
    // Without its newline; may hold any other byte.
    std::string_view text;
    // A newline followed.
    bool terminated = true;
    // Empty for a whole line.
    std::string_view partial_id{};
    unsigned ordinal = 0;
    bool last = true;
};

class LineSplitter {
  public:
    static constexpr std::size_t limit = 16U << 10U;

    // Takes the next line off INPUT. Nothing: all of INPUT is kept here as the
    // beginning of a line. What the Line refers to lives until the next call and
    // as long as INPUT's bytes.
    std::optional<Line> next(std::string_view& input);

    // At the end of all input: the last line, if it lacks its newline.
    std::optional<Line> finish();

  private:
    Line cut(std::string_view& input, std::size_t length);
    void number(Line& line);

    std::string held_;
    bool held_is_spent_ = false;
    std::string partial_id_;
    unsigned ordinal_ = 0;
};

} // namespace slipway::monitor
