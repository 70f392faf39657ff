// SPDX-License-Identifier: LGPL-2.1-or-later
// ProgressLine on standard error.
#include "slipway/progress_line.hpp"

#include "slipway/human.hpp"
#include "slipway/report.hpp"
#include "slipway/terminal.hpp"

#include <unistd.h>

namespace slipway::cli {

namespace {

// Back to the first column, and the line emptied (ECMA-48: EL).
constexpr std::string_view over_again = "\r\x1b[K";

} // namespace

std::string progress_text(const client::Progress& progress)
{
    std::string text = visible(progress.phase);
    if (progress.done > 0)
        text += " " + human_size(progress.done);
    if (progress.total > 0 && progress.done <= progress.total) {
        const auto percent = static_cast<unsigned>(100 * static_cast<double>(progress.done) /
                                                   static_cast<double>(progress.total));
        text += " of " + human_size(progress.total) + " (" + std::to_string(percent) + "%)";
    }
    return text;
}

ProgressLine::ProgressLine() : is_on_{is_terminal(STDERR_FILENO)}
{
}

void ProgressLine::show(const client::Progress& progress)
{
    if (!is_on_)
        return;
    is_shown_ = true;
    complain(std::string{over_again} + progress_text(progress));
}

void ProgressLine::clear() noexcept
{
    if (is_shown_)
        complain(over_again);
    is_shown_ = false;
}

} // namespace slipway::cli
