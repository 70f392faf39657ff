// SPDX-License-Identifier: LGPL-2.1-or-later
// Mounts: words to settings. Whether they fit together is the engine's to say; here is what is only spelling.
#include "slipway/mounts.hpp"

#include "slipway/limits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

namespace slipway::cli {

namespace {

constexpr std::array<std::string_view, 6> propagations{"private", "rprivate", "slave",
                                                       "rslave",  "shared",   "rshared"};
constexpr std::array<std::string_view, 12> attributes{"exec",     "noexec",   "suid",       "nosuid",
                                                      "dev",      "nodev",    "atime",      "noatime",
                                                      "relatime", "diratime", "nodiratime", "tmpcopyup"};
constexpr std::array<std::string_view, 3> consistencies{"consistent", "cached", "delegated"};

template <std::size_t Size>
bool is_one_of(std::string_view word, const std::array<std::string_view, Size>& words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

std::string in_quotes(std::string_view text)
{
    return "'" + std::string{text} + "'";
}

// A path of the host's, or a volume's name as it is.
void take_source(client::Mount& mount, const std::string& source, const std::string& here)
{
    const bool is_relative =
        source == "." || source == ".." || source.starts_with("./") || source.starts_with("../");
    mount.source = is_relative ? (std::filesystem::path{here} / source).lexically_normal().native() : source;
    if (mount.type.empty())
        mount.type = is_relative || source.starts_with('/') ? "bind" : "volume";
}

void set_once(std::string& target, std::string_view value, std::string_view text)
{
    if (!target.empty() && target != value)
        throw UsageError{"-v " + in_quotes(text) + ": '" + target + "' and " + in_quotes(value) +
                         " contradict each other"};
    target = value;
}

[[noreturn]] void refuse_relabelling(std::string_view text)
{
    throw UsageError{in_quotes(text) +
                     ": 'z' and 'Z' relabel for SELinux, which slipway does not do; leave them out"};
}

void apply_volume_options(client::Mount& mount, const std::string& options, std::string_view text)
{
    std::string access;
    std::string mapping;
    std::string depth;
    for (const std::string& option : split(options, ',')) {
        if (option == "ro" || option == "rw")
            set_once(access, option, text);
        else if (option == "nocopy")
            mount.has_no_copy = true;
        else if (option == "z" || option == "Z")
            refuse_relabelling(text);
        else if (option == "idmap" || option == "noidmap")
            set_once(mapping, option, text);
        else if (option == "bind" || option == "rbind")
            set_once(depth, option, text);
        else if (is_one_of(option, propagations))
            set_once(mount.propagation, option, text);
        else if (is_one_of(option, attributes) && option != "tmpcopyup")
            mount.options.push_back(option);
        else if (!is_one_of(option, consistencies))
            throw UsageError{"-v " + in_quotes(text) + ": unknown option " + in_quotes(option) +
                             (option.empty() ? " (a ':' too many?)" : "")};
    }
    mount.is_read_only = access == "ro";
    mount.is_not_mapped = mapping == "noidmap";
    if (depth == "bind")
        mount.recursive = "disabled";
}

bool is_true(const std::string& key, const std::string* value)
{
    if (value == nullptr || *value == "true" || *value == "1")
        return true;
    if (*value == "false" || *value == "0")
        return false;
    throw UsageError{"--mount: " + key + " is true or false, not " + in_quotes(*value)};
}

std::pair<std::string, std::string> pair_of(const std::string& key, const std::string& value)
{
    const std::size_t equals = value.find('=');
    if (equals == 0 || value.empty())
        throw UsageError{"--mount: " + key + " takes KEY=VALUE, not " + in_quotes(value)};
    if (equals == std::string::npos)
        return {value, ""};
    return {value.substr(0, equals), value.substr(equals + 1)};
}

std::uint32_t mode_of(const std::string& text)
{
    std::uint32_t mode = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
    if (error != std::errc{} || end != text.data() + text.size() || mode > 07777)
        throw UsageError{"--mount: tmpfs-mode is octal, such as 1777, not " + in_quotes(text)};
    return mode;
}

// Keys without a value, or with a flag for one.
bool apply_flag(client::Mount& mount, const std::string& key, const std::string* value)
{
    if (key == "readonly" || key == "ro")
        mount.is_read_only = is_true(key, value);
    else if (key == "volume-nocopy" || key == "nocopy")
        mount.has_no_copy = is_true(key, value);
    else if (key == "bind-nonrecursive")
        mount.recursive = is_true(key, value) ? "disabled" : "";
    else if (key == "idmap")
        mount.is_not_mapped = !is_true(key, value);
    else if (key == "noidmap")
        mount.is_not_mapped = is_true(key, value);
    else if (is_one_of(key, attributes) && value == nullptr)
        mount.options.push_back(key);
    else
        return false;
    return true;
}

void apply_field(client::Mount& mount, const std::string& key, const std::string& value, std::string& source)
{
    if (key == "type")
        mount.type = value;
    else if (key == "source" || key == "src")
        source = value;
    else if (key == "target" || key == "dst" || key == "destination")
        mount.target = value;
    else if (key == "bind-propagation")
        mount.propagation = value;
    else if (key == "bind-recursive")
        mount.recursive = value;
    else if (key == "volume-subpath" || key == "subpath")
        mount.sub_path = value;
    else if (key == "volume-opt")
        mount.volume_options.insert(pair_of(key, value));
    else if (key == "volume-label")
        mount.volume_labels.insert(pair_of(key, value));
    else if (key == "tmpfs-mode")
        mount.mode = mode_of(value);
    else if (key == "tmpfs-size") {
        mount.size = parse_size(value);
        if (!mount.size)
            throw UsageError{"--mount: tmpfs-size takes a size such as 64m, not " + in_quotes(value)};
    } else if (key == "volume-driver") {
        if (value != "local")
            throw UsageError{"--mount: there is no volume driver " + in_quotes(value) + ", only 'local'"};
    } else if (key == "relabel" || key == "z")
        refuse_relabelling("--mount");
    else if (key != "consistency")
        throw UsageError{"--mount: unknown key " + in_quotes(key)};
}

} // namespace

void add_mount_options(Options& options, MountOptions& target)
{
    options.list("-v,--volume", target.volumes, "[SOURCE:]TARGET[:OPTION,…]",
                 "Show it a volume, or a path of the host; without SOURCE a new volume");
    options.list("--mount", target.mounts, "KEY=VALUE,…",
                 "The same in words: type=volume|bind|tmpfs,source=…,target=…,readonly");
    options.list("--tmpfs", target.tmpfs, "TARGET[:OPTION,…]",
                 "Give it memory as a directory, as in /run:size=16m");
}

std::vector<client::Mount> mounts_of(const MountOptions& options)
{
    std::vector<client::Mount> mounts;
    mounts.reserve(options.volumes.size() + options.mounts.size() + options.tmpfs.size());
    std::error_code ignored;
    const std::string here = std::filesystem::current_path(ignored).native();
    for (const std::string& text : options.volumes)
        mounts.push_back(parse_volume(text, here));
    for (const std::string& text : options.mounts)
        mounts.push_back(parse_mount(text, here));
    for (const std::string& text : options.tmpfs)
        mounts.push_back(parse_tmpfs(text));
    return mounts;
}

std::vector<std::string> split_fields(std::string_view line)
{
    std::vector<std::string> fields;
    std::size_t at = 0;
    for (;;) {
        std::string field;
        if (at < line.size() && line[at] == '"') {
            for (++at;; ++at) {
                if (at >= line.size())
                    throw UsageError{"--mount " + in_quotes(line) + ": a double quote is not closed"};
                if (line[at] != '"')
                    field += line[at];
                else if (at + 1 < line.size() && line[at + 1] == '"')
                    field += line[at++];
                else
                    break;
            }
            if (++at < line.size() && line[at] != ',')
                throw UsageError{"--mount " + in_quotes(line) + ": a double quote ends within a field"};
        } else {
            const std::size_t end = std::min(line.find(',', at), line.size());
            field = line.substr(at, end - at);
            if (field.find('"') != std::string::npos)
                throw UsageError{"--mount " + in_quotes(line) + ": a double quote stands within a field"};
            at = end;
        }
        fields.push_back(std::move(field));
        if (at >= line.size())
            return fields;
        ++at;
    }
}

client::Mount parse_volume(std::string_view text, const std::string& here)
{
    const std::vector<std::string> parts = split(text, ':');
    if (parts.size() > 3)
        throw UsageError{"-v " + in_quotes(text) +
                         ": too many ':' ([SOURCE:]TARGET[:OPTION,…]; --mount takes paths with a ':')"};
    client::Mount mount;
    if (parts.size() == 1) {
        mount.type = "volume";
        mount.target = parts[0];
    } else {
        if (parts[0].empty() || parts[1].empty())
            throw UsageError{"-v " + in_quotes(text) + ": an empty " +
                             (parts[0].empty() ? "source" : "target") + " ([SOURCE:]TARGET[:OPTION,…])"};
        take_source(mount, parts[0], here);
        mount.target = parts[1];
        if (parts.size() == 3)
            apply_volume_options(mount, parts[2], text);
    }
    if (!mount.target.starts_with('/'))
        throw UsageError{"-v " + in_quotes(text) + ": the target " + in_quotes(mount.target) +
                         " must be an absolute path"};
    return mount;
}

client::Mount parse_mount(std::string_view text, const std::string& here)
{
    client::Mount mount;
    mount.type = "volume";
    std::string source;
    for (const std::string& field : split_fields(text)) {
        const std::size_t equals = field.find('=');
        std::string key = field.substr(0, equals);
        std::transform(key.begin(), key.end(), key.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        const std::string value = equals == std::string::npos ? std::string{} : field.substr(equals + 1);
        if (apply_flag(mount, key, equals == std::string::npos ? nullptr : &value))
            continue;
        if (equals == std::string::npos)
            throw UsageError{"--mount " + in_quotes(text) + ": " + in_quotes(field) + " is no KEY=VALUE"};
        apply_field(mount, key, value, source);
    }
    if (mount.target.empty())
        throw UsageError{"--mount " + in_quotes(text) + ": no target=PATH"};
    if (mount.type == "bind" && source.empty())
        throw UsageError{"--mount " + in_quotes(text) + ": a bind wants source=PATH"};
    take_source(mount, source, here);
    return mount;
}

client::Mount parse_tmpfs(std::string_view text)
{
    client::Mount mount;
    mount.type = "tmpfs";
    const std::size_t colon = text.find(':');
    mount.target = text.substr(0, colon);
    if (!mount.target.starts_with('/'))
        throw UsageError{"--tmpfs " + in_quotes(text) + ": the target must be an absolute path"};
    if (colon == std::string_view::npos)
        return mount;
    for (const std::string& option : split(text.substr(colon + 1), ',')) {
        if (option == "ro" || option == "rw")
            mount.is_read_only = option == "ro";
        else if (option.empty())
            throw UsageError{"--tmpfs " + in_quotes(text) + ": an empty option"};
        else
            mount.options.push_back(option);
    }
    return mount;
}

} // namespace slipway::cli
