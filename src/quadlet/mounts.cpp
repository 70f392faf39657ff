// SPDX-License-Identifier: LGPL-2.1-or-later
// Volume=, Mount=, Tmpfs= and Timezone=: sources that are files beside the unit's, or volumes of other files.
#include "quadlet/convert.hpp"
#include "quadlet/words.hpp"

#include <algorithm>
#include <array>

namespace slipway::quadlet {

namespace {

struct Parts {
    std::vector<std::string> list;

    Parts(std::string_view text, char separator)
    {
        for (;;) {
            const std::size_t end = text.find(separator);
            list.emplace_back(text.substr(0, end));
            if (end == std::string_view::npos)
                return;
            text.remove_prefix(end + 1);
        }
    }
};

// A path, or the name of a volume; nothing, with a complaint, where there is no such file.
std::optional<std::string> source_of(Item& item, const Entry& entry, const std::string& source,
                                     const Catalog& catalog, Service& service)
{
    if (source.ends_with(".volume") && source.find('/') == std::string::npos) {
        const std::optional<Reference> reference = need(item, entry, source, catalog);
        if (!reference)
            return std::nullopt;
        service.require(reference->service);
        return reference->resource;
    }
    if (!source.starts_with('.') && !source.starts_with('/'))
        return source;
    std::string path = absolute_path(item, source);
    service.require_mounts(path);
    return path;
}

void warn_of_labels(Item& item, const Entry& entry, const std::string& option)
{
    item.warn(entry, entry.key + "=: '" + option + "' is left out: slipway sets no labels of SELinux");
}

// Without what relabels.
std::string volume_options(Item& item, const Entry& entry, const std::string& text)
{
    std::string options;
    for (const std::string& option : Parts{text, ','}.list) {
        if (option == "z" || option == "Z")
            warn_of_labels(item, entry, option);
        else if (option == "U")
            item.refuse(entry, entry.key + "=: 'U' is not taken: owners are mapped, files are not changed");
        else if (option == "O" || option.starts_with("upperdir=") || option.starts_with("workdir="))
            item.refuse(entry,
                        entry.key + "=: '" + option + "' is not taken: there are no overlays of volumes");
        else if (option != "copy")
            options.append(options.empty() ? "" : ",").append(option);
    }
    return options;
}

// "Fields of comma-separated values": with quotes around what has a comma (RFC 4180).
std::optional<std::vector<std::string>> fields_of(std::string_view text)
{
    std::vector<std::string> fields{""};
    bool is_quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"' && is_quoted && i + 1 < text.size() && text[i + 1] == '"')
            fields.back() += text[i++];
        else if (text[i] == '"')
            is_quoted = !is_quoted;
        else if (text[i] == ',' && !is_quoted)
            fields.emplace_back();
        else
            fields.back() += text[i];
    }
    return is_quoted ? std::nullopt : std::optional{fields};
}

std::string field_text(const std::string& field)
{
    if (field.find_first_of(",\"") == std::string::npos)
        return field;
    std::string text = "\"";
    for (const char letter : field)
        text.append(letter == '"' ? 2 : 1, letter);
    return text + '"';
}

void add_mount(Item& item, const Entry& entry, const std::string& wish, const Catalog& catalog,
               Service& service, Words& words)
{
    const std::optional<std::vector<std::string>> fields = fields_of(wish);
    if (!fields) {
        item.refuse(entry, "Mount=: a quote (\") is not closed");
        return;
    }
    std::string type = "volume";
    std::string text;
    for (const std::string& field : *fields) {
        const std::size_t equals = field.find('=');
        const std::string key = field.substr(0, equals);
        std::string value = equals == std::string::npos ? "" : field.substr(equals + 1);
        if (key == "type")
            type = value;
        if (key == "relabel" || key == "z" || key == "Z") {
            warn_of_labels(item, entry, field);
            continue;
        }
        if (key == "U" || key == "chown") {
            item.refuse(entry,
                        "Mount=: '" + field + "' is not taken: owners are mapped, files are not changed");
            continue;
        }
        std::string whole = field;
        if (key == "source" || key == "src") {
            const std::optional<std::string> source = source_of(item, entry, value, catalog, service);
            if (!source)
                return;
            whole = "source=" + *source;
        }
        text.append(text.empty() ? "" : ",").append(field_text(whole));
    }
    constexpr std::array<std::string_view, 3> types{"bind", "volume", "tmpfs"};
    if (std::find(types.begin(), types.end(), type) == types.end())
        item.refuse(entry, "Mount=: type=" + type + " is not taken: bind, volume or tmpfs");
    add_option(words, "--mount", text);
}

// Where something is mounted already: as "PLACE[:…]", "SOURCE:PLACE[:…]" or "…,target=PLACE[,…]".
bool is_mounted(const Words& words, const std::string& place)
{
    constexpr std::array<std::string_view, 3> options{"--tmpfs", "--volume", "--mount"};
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (std::find(options.begin(), options.end(), words[i - 1]) == options.end())
            continue;
        for (const std::string& part : Parts{words[i], words[i - 1] == "--mount" ? ',' : ':'}.list)
            if (part == place || part == "target=" + place || part == "dst=" + place ||
                part == "destination=" + place)
                return true;
    }
    return false;
}

void add_writable_places(Item& item, Words& words)
{
    const bool is_read_only = item.truth("ReadOnly", Item::Truth::no);
    if (!item.truth("ReadOnlyTmpfs", Item::Truth::yes) || !is_read_only)
        return;
    for (const char* const place : {"/run", "/tmp", "/var/tmp"})
        if (!is_mounted(words, place))
            add_option(words, "--tmpfs", place);
}

void add_time_zone(Item& item, Words& words)
{
    const Entry* const entry = item.last("Timezone");
    if (entry == nullptr)
        return;
    const std::string zone = unquoted(entry->value);
    static constexpr std::string_view others = "_+-/";
    const bool is_zone = !zone.starts_with('/') && std::all_of(zone.begin(), zone.end(), [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || others.find(letter) != std::string_view::npos;
    });
    if (!is_zone) {
        item.refuse(*entry, "Timezone= takes local or a zone such as Europe/Berlin, not '" + zone + "'");
        return;
    }
    const std::string file = zone == "local" ? "/etc/localtime" : "/usr/share/zoneinfo/" + zone;
    add_option(words, "--mount", "type=bind,source=" + file + ",target=/etc/localtime,readonly");
}

} // namespace

void add_volumes(Item& item, const Catalog& catalog, Service& service, Words& words)
{
    for (const Entry* const entry : item.all("Volume")) {
        const std::vector<std::string> parts = Parts{unquoted(entry->value), ':'}.list;
        if (parts.size() > 3) {
            item.refuse(*entry, "Volume=" + entry->value + ": too many ':'; Mount= takes paths with a ':'");
            continue;
        }
        if (parts.size() == 1) {
            add_option(words, "--volume", parts[0]);
            continue;
        }
        const std::optional<std::string> source = source_of(item, *entry, parts[0], catalog, service);
        if (!source)
            continue;
        std::string text = *source + ':' + parts[1];
        if (parts.size() == 3)
            if (const std::string options = volume_options(item, *entry, parts[2]); !options.empty())
                text += ':' + options;
        add_option(words, "--volume", text);
    }
}

void add_mounts(Item& item, const Catalog& catalog, Service& service, Words& words)
{
    for (const Entry* const entry : item.all("Mount"))
        for (const std::string& wish : item.words(*entry))
            add_mount(item, *entry, wish, catalog, service, words);
    add_time_zone(item, words);
    add_writable_places(item, words);
}

} // namespace slipway::quadlet
