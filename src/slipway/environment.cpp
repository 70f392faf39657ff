// SPDX-License-Identifier: LGPL-2.1-or-later
// The payload's environment: read and resolved.
#include "slipway/environment.hpp"

#include "base/file.hpp"

#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace slipway::cli {

namespace {

std::string_view without_leading_blanks(std::string_view line)
{
    const std::size_t begin = line.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view{} : line.substr(begin);
}

// Why LINE is no environment line; nothing if it is one.
std::optional<std::string> find_fault(std::string_view line)
{
    const std::string_view key = line.substr(0, line.find('='));
    if (key.empty())
        return "no variable name before '='";
    if (key.find_first_of(" \t") != std::string_view::npos)
        return "blanks in the variable name '" + std::string{key} + "'";
    if (line.find('\0') != std::string_view::npos)
        return "a zero byte";
    return std::nullopt;
}

} // namespace

std::optional<std::string> own_variable(const std::string& key)
{
    const char* const value = std::getenv(key.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

std::vector<std::string> own_environment()
{
    std::vector<std::string> variables;
    for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable)
        if (**variable != '=' && std::strchr(*variable, '=') != nullptr)
            variables.emplace_back(*variable);
    return variables;
}

Result<std::vector<std::string>> parse_env_file(std::string_view content, const std::string& name)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (content.starts_with(byte_order_mark))
        content.remove_prefix(byte_order_mark.size());
    std::vector<std::string> items;
    for (int number = 1; !content.empty(); ++number) {
        const std::size_t end = content.find('\n');
        std::string_view line = without_leading_blanks(content.substr(0, end));
        content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.empty() || line.starts_with('#'))
            continue;
        if (const auto fault = find_fault(line))
            return Failure{ErrorCode::invalid_argument, name + ":" + std::to_string(number) + ": " + *fault};
        items.emplace_back(line);
    }
    return items;
}

Result<std::vector<std::string>> resolve_environment(const std::vector<std::string>& items,
                                                     const Lookup& lookup)
{
    std::vector<std::string> environment;
    for (const std::string& item : items) {
        if (item.empty() || item.starts_with('='))
            return Failure{ErrorCode::invalid_argument,
                           "not an environment variable: '" + item + "' (KEY=VALUE or KEY)"};
        if (item.find('=') != std::string::npos)
            environment.push_back(item);
        else if (const auto value = lookup(item))
            environment.push_back(item + "=" + *value);
    }
    return environment;
}

std::vector<std::string> gather_environment(const std::vector<std::string>& files,
                                            const std::vector<std::string>& items)
{
    std::vector<std::string> all;
    for (const std::string& file : files) {
        std::vector<std::string> lines = parse_env_file(read_file(file), file).value();
        all.insert(all.end(), std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.end()));
    }
    all.insert(all.end(), items.begin(), items.end());
    return resolve_environment(all, own_variable).value();
}

std::map<std::string, std::string> parse_labels(const std::vector<std::string>& items)
{
    std::map<std::string, std::string> labels;
    for (const std::string& item : items) {
        const std::size_t sign = item.find('=');
        if (item.empty() || sign == 0)
            throw Failure{ErrorCode::invalid_argument, "not a label: '" + item + "' (KEY=VALUE or KEY)"};
        labels[item.substr(0, sign)] = sign == std::string::npos ? "" : item.substr(sign + 1);
    }
    return labels;
}

} // namespace slipway::cli
