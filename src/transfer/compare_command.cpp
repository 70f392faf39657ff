// SPDX-License-Identifier: LGPL-2.1-or-later
// The command "compare": prepare, confine, compare, tell.
#include "transfer/compare_command.hpp"

#include "transfer/command.hpp"
#include "transfer/compare.hpp"
#include "transfer/confine.hpp"

namespace slipway::transfer {

int compare_command(Words words)
{
    return run_command([&words](Conversation& conversation) {
        const OverlayMarks marks = take_overlay_marks(words);
        const std::uint64_t made_since = words.number("--made-since").value_or(0);
        words.end();
        prepare();
        confine(directory_fd, Deed::read, marks == OverlayMarks::trusted ? Marks::trusted : Marks::none);
        const Differences differences =
            compare(directory_fd, expected_fd, static_cast<std::time_t>(made_since));
        conversation.tell_compared(differences.lines, differences.count);
    });
}

} // namespace slipway::transfer
