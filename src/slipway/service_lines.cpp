// SPDX-License-Identifier: LGPL-2.1-or-later
// ServiceLines: prefixes, and lines kept apart.
#include "slipway/service_lines.hpp"

#include "base/file.hpp"
#include "slipway/human.hpp"
#include "slipway/output.hpp"
#include "slipway/terminal.hpp"

#include <algorithm>
#include <unistd.h>

namespace slipway::cli {

namespace {

void write_to_standard(LogEntry::Kind kind, std::string_view bytes)
{
    if (kind == LogEntry::Kind::error)
        write_all(STDERR_FILENO, bytes, "to standard error");
    else
        print(bytes);
}

} // namespace

void ServiceLines::name(const std::map<std::string, std::string>& names)
{
    std::size_t longest = 0;
    for (const auto& [id, name] : names)
        longest = std::max(longest, width(name));
    constexpr int first_colour = 31; // red, the first that is neither black nor white
    constexpr int colours = 6;
    int colour = 0;
    for (const auto& [id, name] : names) {
        std::string front = name;
        front.append(longest - width(name), ' ').append("  | ");
        if (prefixes_ == Prefixes::coloured)
            front.insert(0, "\x1b[" + std::to_string(first_colour + colour++ % colours) + "m")
                .append("\x1b[0m");
        fronts_[id] = std::move(front);
    }
}

void ServiceLines::write(const std::string& container, LogEntry::Kind kind, std::string_view bytes)
{
    if (prefixes_ == Prefixes::none)
        return sink_(kind, bytes);
    std::string text;
    if (!open_.empty() && (open_ != container || open_kind_ != kind)) {
        sink_(open_kind_, "\n");
        open_.clear();
    }
    while (!bytes.empty()) {
        if (open_.empty())
            text += fronts_[container];
        const std::size_t end = bytes.find('\n');
        text += bytes.substr(0, end);
        if (end == std::string_view::npos) {
            open_ = container;
            open_kind_ = kind;
            break;
        }
        text += '\n';
        open_.clear();
        bytes.remove_prefix(end + 1);
    }
    sink_(kind, text);
}

ServiceLines lines_on_terminal(bool has_prefix, bool has_colour)
{
    const bool is_coloured = has_colour && is_terminal(STDOUT_FILENO);
    return {!has_prefix   ? Prefixes::none
            : is_coloured ? Prefixes::coloured
                          : Prefixes::plain,
            write_to_standard};
}

} // namespace slipway::cli
