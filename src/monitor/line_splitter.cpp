// SPDX-License-Identifier: LGPL-2.1-or-later
// LineSplitter: a line is copied only where it came in several reads.
#include "monitor/line_splitter.hpp"

#include "base/id.hpp"

namespace slipway::monitor {

std::optional<Line> LineSplitter::next(std::string_view& input)
{
    if (held_is_spent_) {
        held_.clear();
        held_is_spent_ = false;
    }
    // One byte past the limit may be the newline of a line that just fits.
    const std::size_t room = limit - held_.size();
    const std::size_t newline = input.substr(0, room + 1).find('\n');
    if (newline != std::string_view::npos) {
        Line line = cut(input, newline);
        input.remove_prefix(1);
        if (ordinal_ > 0)
            number(line);
        ordinal_ = 0;
        return line;
    }
    if (input.size() > room) {
        Line line = cut(input, room);
        line.terminated = false;
        line.last = false;
        number(line);
        return line;
    }
    held_.append(input);
    input = {};
    return std::nullopt;
}

std::optional<Line> LineSplitter::finish()
{
    std::string_view none;
    const bool is_held = !held_is_spent_ && !held_.empty();
    if (!is_held && ordinal_ == 0)
        return std::nullopt;
    if (held_is_spent_)
        held_.clear();
    Line line = cut(none, 0);
    line.terminated = false;
    number(line);
    ordinal_ = 0;
    return line;
}

Line LineSplitter::cut(std::string_view& input, std::size_t length)
{
    Line line;
    if (held_.empty()) {
        line.text = input.substr(0, length);
    } else {
        held_.append(input.substr(0, length));
        held_is_spent_ = true;
        line.text = held_;
    }
    input.remove_prefix(length);
    return line;
}

void LineSplitter::number(Line& line)
{
    if (ordinal_ == 0)
        partial_id_ = make_id();
    line.partial_id = partial_id_;
    line.ordinal = ++ordinal_;
}

} // namespace slipway::monitor
