// SPDX-License-Identifier: LGPL-2.1-or-later
// Templates: filled in line by line.
#include "supervisors/template.hpp"

#include <cctype>

namespace slipway::supervisors {

namespace {

bool is_word(std::string_view text)
{
    for (const char c : text)
        if ((std::isupper(static_cast<unsigned char>(c)) == 0) && c != '_')
            return false;
    return !text.empty();
}

std::string fill_line(std::string_view line, const Words& words)
{
    std::string filled;
    while (!line.empty()) {
        const std::size_t begin = line.find('@');
        const std::size_t end = begin == std::string_view::npos ? begin : line.find('@', begin + 1);
        filled.append(line.substr(0, begin));
        if (begin == std::string_view::npos)
            break;
        const std::string_view word =
            end == std::string_view::npos ? std::string_view{} : line.substr(begin + 1, end - begin - 1);
        const auto found = words.find(word);
        if (!is_word(word) || found == words.end()) {
            filled += '@';
            line = line.substr(begin + 1);
            continue;
        }
        filled.append(found->second);
        line = line.substr(end + 1);
    }
    return filled;
}

} // namespace

std::string fill(std::string_view text, const Words& words)
{
    std::string filled;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        const std::string done = fill_line(line, words);
        if (done.find_first_not_of(' ') != std::string::npos || line.empty())
            filled.append(done).append(done.ends_with('\n') ? "" : "\n");
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return filled;
}

std::string unit_of(const Service& service)
{
    return service.kind == Service::Kind::engine ? service.name : "slipway-" + service.name;
}

std::string unit_of(const Need& need)
{
    return "slipway-" + need.container;
}

std::string command_of(const Service& service, const std::string& options)
{
    std::string command = service.program + " " + service.words;
    if (service.kind == Service::Kind::container)
        command += "supervise " + options + (options.empty() ? "" : " ") + "-- " + service.name;
    return command;
}

Words common_words(const Service& service)
{
    const bool is_engine = service.kind == Service::Kind::engine;
    return {{"NAME", service.name},
            {"UNIT", unit_of(service)},
            {"TITLE", is_engine ? "slipway's engine" : "slipway container " + service.name},
            {"PROGRAM", service.program},
            {"PATIENCE", std::to_string(patience_of(service).count())},
            {"LOGS", "/var/log/slipway/" + service.name},
            {"ENGINE", is_engine ? "" : "slipwayd"}};
}

} // namespace slipway::supervisors
