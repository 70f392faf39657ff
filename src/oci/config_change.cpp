// SPDX-License-Identifier: LGPL-2.1-or-later
// Changes to an image's configuration: Dockerfile instructions, their JSON and shell forms and their quoting.
#include "oci/config_change.hpp"

#include "base/failure.hpp"
#include "base/json.hpp"
#include "base/signal_name.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace slipway::oci {

namespace {

constexpr std::string_view blanks = " \t\r\n";

[[noreturn]] void refuse(const std::string& reason)
{
    throw Failure{ErrorCode::invalid_argument, reason};
}

std::string_view trim(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string upper(std::string_view text)
{
    std::string upper{text};
    for (char& c : upper)
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    return upper;
}

// ["a", "b"]; nothing for text that is no such array.
std::optional<std::vector<std::string>> find_array(std::string_view text)
{
    if (!text.starts_with('['))
        return std::nullopt;
    const Json json = parse_json(text);
    if (!json.is_array() ||
        !std::all_of(json.begin(), json.end(), [](const Json& value) { return value.is_string(); }))
        return std::nullopt;
    return json.get<std::vector<std::string>>();
}

bool is_escapable(char c)
{
    return c == '"' || c == '\\' || c == '$' || c == '`';
}

// Words parted by blanks; '…' and "…" and \ keep blanks, as a shell has it.
std::vector<std::string> words(std::string_view text)
{
    std::vector<std::string> words;
    std::string word;
    bool is_in_word = false;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote == 0 && blanks.find(c) != std::string_view::npos) {
            if (is_in_word)
                words.push_back(std::exchange(word, {}));
            is_in_word = false;
            continue;
        }
        is_in_word = true;
        const bool is_followed = i + 1 < text.size();
        // Between double quotes a backslash is one unless it could be meant for what follows.
        if (c == '\\' && is_followed && (quote == 0 || (quote == '"' && is_escapable(text[i + 1])))) {
            word += text[++i];
        } else if (quote == 0 && (c == '"' || c == '\'')) {
            quote = c;
        } else if (quote != 0 && c == quote) {
            quote = 0;
        } else {
            word += c;
        }
    }
    if (quote != 0)
        refuse("a quote is not closed in: " + std::string{text});
    if (is_in_word)
        words.push_back(std::move(word));
    return words;
}

// The JSON form as it is; anything else is a line for a shell.
std::vector<std::string> command(std::string_view text)
{
    if (auto array = find_array(text))
        return *std::move(array);
    return {"/bin/sh", "-c", std::string{text}};
}

std::vector<std::string> array_or_words(std::string_view text)
{
    if (auto array = find_array(text))
        return *std::move(array);
    return words(text);
}

// Where the first blank outside quotes is; the end where there is none.
std::size_t first_word_end(std::string_view text)
{
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote == 0 && blanks.find(c) != std::string_view::npos)
            return i;
        if (quote == 0 && (c == '"' || c == '\''))
            quote = c;
        else if (c == quote)
            quote = 0;
        else if (c == '\\' && quote != '\'')
            ++i;
    }
    return text.size();
}

using Pair = std::pair<std::string, std::string>;

// "A=1 B='2 3'", or the old form "A the rest of the line".
std::vector<Pair> pairs(std::string_view text, std::string_view keyword)
{
    std::vector<Pair> pairs;
    const std::size_t blank = first_word_end(text);
    if (blank < text.size() && text.find('=') > blank) {
        pairs.emplace_back(text.substr(0, blank), trim(text.substr(blank)));
        return pairs;
    }
    for (const std::string& word : words(text)) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos || equals == 0)
            refuse(std::string{keyword} + " needs NAME=VALUE, not: " + word);
        pairs.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
    return pairs;
}

void set_env(std::vector<std::string>& env, const Pair& pair)
{
    const std::string prefix = pair.first + "=";
    const auto found = std::find_if(env.begin(), env.end(),
                                    [&](const std::string& entry) { return entry.starts_with(prefix); });
    if (found == env.end())
        env.push_back(prefix + pair.second);
    else
        *found = prefix + pair.second;
}

int port_number(std::string_view text, const std::string& whole)
{
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port < 1 || port > 65535)
        refuse("EXPOSE needs PORT, PORT/PROTOCOL or FIRST-LAST, with ports from 1 to 65535, not: " + whole);
    return port;
}

void expose(std::set<std::string>& ports, const std::string& text)
{
    std::string_view range = text;
    std::string protocol = "tcp";
    if (const std::size_t slash = range.find('/'); slash != std::string_view::npos) {
        protocol = range.substr(slash + 1);
        range = range.substr(0, slash);
    }
    if (protocol != "tcp" && protocol != "udp" && protocol != "sctp")
        refuse("EXPOSE knows tcp, udp and sctp, not: " + text);
    const std::size_t dash = range.find('-');
    const int first = port_number(range.substr(0, dash), text);
    const int last = dash == std::string_view::npos ? first : port_number(range.substr(dash + 1), text);
    if (first > last)
        refuse("EXPOSE needs the lower port first, not: " + text);
    for (int port = first; port <= last; ++port)
        ports.insert(std::to_string(port) + "/" + protocol);
}

void change_cmd(ImageConfig& config, std::string_view text)
{
    config.cmd = command(text);
}

void change_entrypoint(ImageConfig& config, std::string_view text)
{
    config.entrypoint = command(text);
}

void change_env(ImageConfig& config, std::string_view text)
{
    for (const Pair& pair : pairs(text, "ENV"))
        set_env(config.env, pair);
}

void change_expose(ImageConfig& config, std::string_view text)
{
    for (const std::string& word : words(text))
        expose(config.exposed_ports, word);
}

void change_label(ImageConfig& config, std::string_view text)
{
    for (Pair& pair : pairs(text, "LABEL"))
        config.labels.insert_or_assign(std::move(pair.first), std::move(pair.second));
}

void change_stop_signal(ImageConfig& config, std::string_view text)
{
    config.stop_signal = signal_name(parse_signal(text).value());
}

void change_user(ImageConfig& config, std::string_view text)
{
    if (text.find_first_of(blanks) != std::string_view::npos)
        refuse("USER needs one NAME or NAME:GROUP, not: " + std::string{text});
    config.user = text;
}

void change_volume(ImageConfig& config, std::string_view text)
{
    for (std::string& path : array_or_words(text)) {
        if (!path.starts_with('/'))
            refuse("VOLUME needs absolute paths, not: " + path);
        config.volumes.insert(std::move(path));
    }
}

// A relative one is below the one before, as in a Dockerfile.
void change_working_dir(ImageConfig& config, std::string_view text)
{
    const std::vector<std::string> path = words(text);
    if (path.size() != 1)
        refuse("WORKDIR needs one path, not: " + std::string{text});
    if (path[0].starts_with('/')) {
        config.working_dir = path[0];
        return;
    }
    if (!config.working_dir.ends_with('/'))
        config.working_dir += '/';
    config.working_dir += path[0];
}

// "1m30s" as Go has it, in nanoseconds.
std::uint64_t duration(std::string_view text, const std::string& option)
{
    struct Unit {
        std::string_view name;
        double nanoseconds;
    };
    static constexpr std::array units{Unit{"ns", 1},  Unit{"us", 1e3}, Unit{"µs", 1e3},  Unit{"ms", 1e6},
                                      Unit{"s", 1e9}, Unit{"m", 60e9}, Unit{"h", 3600e9}};
    const std::string whole{text};
    const auto refuse_it = [&] { refuse(option + " needs a duration such as 30s or 1m30s, not: " + whole); };
    double sum = 0;
    if (text.empty())
        refuse_it();
    while (!text.empty()) {
        const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
        const std::string_view rest = text.substr(digits);
        const std::string_view name = rest.substr(0, rest.find_first_of("0123456789."));
        const auto* const unit =
            std::find_if(units.begin(), units.end(), [&](const Unit& known) { return known.name == name; });
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
        if (digits == 0 || error != std::errc{} || end != text.data() + digits || unit == units.end())
            refuse_it();
        sum += number * unit->nanoseconds;
        text.remove_prefix(digits + name.size());
    }
    if (sum > 9e18 || (sum != 0 && sum < 1e6))
        refuse_it();
    return static_cast<std::uint64_t>(sum);
}

// "[--interval=30s …] CMD …" or "NONE".
void change_healthcheck(ImageConfig& config, std::string_view text)
{
    Healthcheck check;
    while (text.starts_with("--")) {
        const std::size_t end = std::min(text.find_first_of(blanks), text.size());
        const std::string_view option = text.substr(0, end);
        const std::string_view name = option.substr(0, option.find('='));
        const std::string_view value = option.substr(std::min(name.size() + 1, option.size()));
        text = trim(text.substr(end));
        if (name == "--interval")
            check.interval = duration(value, "--interval");
        else if (name == "--timeout")
            check.timeout = duration(value, "--timeout");
        else if (name == "--start-period")
            check.start_period = duration(value, "--start-period");
        else if (name == "--start-interval")
            check.start_interval = duration(value, "--start-interval");
        else if (name != "--retries")
            refuse("HEALTHCHECK has no option " + std::string{name} +
                   " (--interval, --timeout, --start-period, --start-interval, --retries)");
        else if (const auto [rest, error] =
                     std::from_chars(value.data(), value.data() + value.size(), check.retries);
                 error != std::errc{} || rest != value.data() + value.size() || check.retries > INT32_MAX)
            refuse("--retries needs a number, not: " + std::string{value});
    }
    const std::size_t end = std::min(text.find_first_of(blanks), text.size());
    const std::string word = upper(text.substr(0, end));
    const std::string_view command_text = trim(text.substr(end));
    if (word == "NONE" && command_text.empty()) {
        check.test = {"NONE"};
    } else if (word == "CMD" && !command_text.empty()) {
        if (auto array = find_array(command_text)) {
            check.test = *std::move(array);
            check.test.insert(check.test.begin(), "CMD");
        } else {
            check.test = {"CMD-SHELL", std::string{command_text}};
        }
    } else {
        refuse("HEALTHCHECK needs CMD and a command, or NONE");
    }
    config.healthcheck = std::move(check);
}

void change_on_build(ImageConfig& config, std::string_view text)
{
    const std::string keyword = upper(text.substr(0, text.find_first_of(blanks)));
    if (keyword == "ONBUILD" || keyword == "FROM" || keyword == "MAINTAINER")
        refuse("ONBUILD cannot have the instruction " + keyword);
    config.on_build.emplace_back(text);
}

struct Instruction {
    std::string_view keyword;
    void (*apply)(ImageConfig&, std::string_view);
};

constexpr std::array instructions{
    Instruction{"CMD", change_cmd},
    Instruction{"ENTRYPOINT", change_entrypoint},
    Instruction{"ENV", change_env},
    Instruction{"EXPOSE", change_expose},
    Instruction{"HEALTHCHECK", change_healthcheck},
    Instruction{"LABEL", change_label},
    Instruction{"ONBUILD", change_on_build},
    Instruction{"STOPSIGNAL", change_stop_signal},
    Instruction{"USER", change_user},
    Instruction{"VOLUME", change_volume},
    Instruction{"WORKDIR", change_working_dir},
};

} // namespace

void apply_change(ImageConfig& config, std::string_view change)
{
    const std::string_view line = trim(change);
    if (line.find('\0') != std::string_view::npos)
        refuse("a change has a NUL character");
    const std::size_t end = line.find_first_of(" \t\r\n=");
    const std::string keyword = upper(line.substr(0, end));
    const auto* const instruction =
        std::find_if(instructions.begin(), instructions.end(),
                     [&](const Instruction& candidate) { return candidate.keyword == keyword; });
    if (instruction == instructions.end())
        refuse("unknown change \"" + std::string{line.substr(0, end)} +
               "\" (CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME and "
               "WORKDIR are known)");
    const std::string_view arguments =
        end == std::string_view::npos ? std::string_view{} : trim(line.substr(end + 1));
    if (arguments.empty())
        refuse(keyword + " needs an argument");
    ImageConfig changed = config;
    instruction->apply(changed, arguments);
    // What is written must be readable: UTF-8, without NUL characters, of a bearable size.
    parse_image_config(to_json(changed)).value();
    config = std::move(changed);
}

} // namespace slipway::oci
