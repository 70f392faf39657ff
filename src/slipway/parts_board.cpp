// SPDX-License-Identifier: LGPL-2.1-or-later
// PartsBoard on standard error.
#include "slipway/parts_board.hpp"

#include "slipway/human.hpp"
#include "slipway/report.hpp"
#include "slipway/terminal.hpp"

#include <unistd.h>

namespace slipway::cli {

namespace {

constexpr std::size_t id_length = 12;
constexpr std::size_t bar_length = 24;
constexpr std::size_t usual_columns = 80;

// "sha256:3f4a5b…" as people read it.
std::string short_name(const std::string& name)
{
    const std::size_t colon = name.find(':');
    return colon == std::string::npos ? visible(name) : visible(name).substr(colon + 1, id_length);
}

std::string bar(std::uint64_t done, std::uint64_t total)
{
    const std::size_t filled =
        total == 0 ? 0
                   : static_cast<std::size_t>(static_cast<double>(bar_length) * static_cast<double>(done) /
                                              static_cast<double>(total));
    std::string text(std::min(filled, bar_length), '=');
    if (text.size() < bar_length)
        text += '>';
    text.resize(bar_length, ' ');
    return "[" + text + "]";
}

bool has_bar(const std::string& phase)
{
    return phase == "downloading" || phase == "saving" || phase == "verifying" || phase == "compressing" ||
           phase == "uploading";
}

bool is_over(const std::string& phase)
{
    return phase == "done" || phase == "exists" || phase == "failed";
}

} // namespace

std::string part_text(const client::JobPart& part, std::size_t columns)
{
    std::string text = short_name(part.name) + ": " + visible(part.phase);
    if (has_bar(part.phase) && part.total > 0)
        text +=
            " " + bar(part.done, part.total) + " " + human_size(part.done) + " of " + human_size(part.total);
    return shortened(std::move(text), columns);
}

PartsBoard::PartsBoard() : is_on_{is_terminal(STDERR_FILENO)}
{
}

void PartsBoard::show(const client::Progress& progress)
{
    if (is_on_)
        redraw(progress);
    else
        tell(progress);
}

// ECMA-48: CPL goes up to the beginning of a line, EL empties it.
void PartsBoard::redraw(const client::Progress& progress)
{
    const auto size = find_window_size();
    const std::size_t columns = size && size->columns > 0 ? size->columns : usual_columns;
    // What has scrolled away cannot be written over: the last ones are shown.
    const std::size_t room = size && size->rows > 1 ? size->rows - 1 : progress.parts.size();
    std::string text = shown_ == 0 ? "" : "\x1b[" + std::to_string(shown_) + "F";
    const std::size_t first = progress.parts.size() > room ? progress.parts.size() - room : 0;
    for (std::size_t i = first; i < progress.parts.size(); ++i)
        text += "\x1b[K" + part_text(progress.parts[i], columns) + "\n";
    shown_ = progress.parts.size() - first;
    complain(text);
}

void PartsBoard::tell(const client::Progress& progress)
{
    for (const client::JobPart& part : progress.parts) {
        std::string& told = told_[part.name];
        if (is_over(part.phase) && told != part.phase)
            complain(short_name(part.name) + ": " + visible(part.phase) + "\n");
        told = part.phase;
    }
}

void PartsBoard::leave()
{
    shown_ = 0;
}

} // namespace slipway::cli
