// SPDX-License-Identifier: LGPL-2.1-or-later
// Item: read and named, as Quadlet names what comes of a file.
#include "quadlet/item.hpp"

#include "quadlet/nearest.hpp"
#include "quadlet/words.hpp"

#include <algorithm>
#include <filesystem>

namespace slipway::quadlet {

namespace {

bool is_unit_name(std::string_view name)
{
    constexpr std::size_t longest = 255;
    static constexpr std::string_view allowed = ":-_.\\@";
    return !name.empty() && name.size() <= longest && name.front() != '@' &&
           std::count(name.begin(), name.end(), '@') <= 1 &&
           std::all_of(name.begin(), name.end(), [](char letter) {
               return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                      (letter >= '0' && letter <= '9') || allowed.find(letter) != std::string_view::npos;
           });
}

void name_service(Item& item)
{
    std::string base;
    if (const Entry* const entry = item.last("ServiceName")) {
        base = unquoted(entry->value);
        if (base.ends_with(".service"))
            item.refuse(*entry, "ServiceName= stands without .service");
        else if (!is_unit_name(base + ".service"))
            item.refuse(*entry, "'" + base + "' cannot be a unit's name (systemd.unit(5))");
        else if (item.has_instance && item.instance.empty() && !base.ends_with('@'))
            item.refuse(*entry, "ServiceName= of a template ends with @");
    } else {
        base = item.prefix + std::string{row_of(item.kind).suffix};
        if (item.has_instance)
            base += '@' + item.instance;
        if (!is_unit_name(base + ".service"))
            item.refuse("'" + base +
                        ".service' cannot be a unit's name (systemd.unit(5)); call the file otherwise");
    }
    item.service = base + ".service";
}

std::string default_resource(const Item& item)
{
    if (item.kind == Kind::container)
        return item.has_instance ? "systemd-%p_%i" : "systemd-%N";
    std::string name = "systemd-" + item.prefix;
    if (item.has_instance)
        name += '-' + (item.instance.empty() ? std::string{"%i"} : item.instance);
    return name;
}

void name_resource(Item& item)
{
    switch (item.kind) {
    case Kind::container:
        item.resource = item.text("ContainerName").value_or(default_resource(item));
        return;
    case Kind::pod:
        item.resource = item.text("PodName").value_or(default_resource(item));
        return;
    case Kind::network:
        item.resource = item.text("NetworkName").value_or(default_resource(item));
        return;
    case Kind::volume:
        item.resource = item.text("VolumeName").value_or(default_resource(item));
        return;
    case Kind::image:
        item.resource = item.text("ImageTag").value_or(item.text("Image").value_or(""));
        if (item.resource.starts_with("docker://"))
            item.resource.erase(0, std::string_view{"docker://"}.size());
        return;
    case Kind::build:
        const std::vector<const Entry*> tags = item.all("ImageTag");
        item.resource = tags.empty() ? std::string{} : unquoted(tags.front()->value);
        return;
    }
}

// NAME with the specifiers of its own service's name replaced; others mean the same in every unit.
std::string resolved(const Item& item, const std::string& name)
{
    const std::string unit =
        item.service.substr(0, item.service.size() - std::string_view{".service"}.size());
    std::string text;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char letter = name[i] == '%' && i + 1 < name.size() ? name[i + 1] : '\0';
        if (letter == 'N')
            text += unit;
        else if (letter == 'n')
            text += item.service;
        else if (letter == 'p')
            text += unit.substr(0, unit.find('@'));
        else if (letter == 'i' && !item.instance.empty())
            text += item.instance;
        else
            text.append(name, i, letter == '\0' ? 1 : 2);
        i += letter == '\0' ? 0 : 1;
    }
    return text;
}

constexpr std::string_view name_key(Kind kind)
{
    switch (kind) {
    case Kind::container:
        return "ContainerName";
    case Kind::pod:
        return "PodName";
    case Kind::network:
        return "NetworkName";
    case Kind::volume:
        return "VolumeName";
    case Kind::image:
    case Kind::build:
        break;
    }
    return {};
}

// What the engine would refuse at the first start; what systemd has yet to replace may be anything.
void check_resource(Item& item)
{
    const std::string_view key = name_key(item.kind);
    const std::string name = resolved(item, item.resource);
    if (key.empty() || name.find('%') != std::string::npos)
        return;
    constexpr std::size_t longest = 63;
    const bool has_dots = item.kind != Kind::network;
    const auto is_letter = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9');
    };
    const bool is_good =
        !name.empty() && name.size() <= longest && is_letter(name.front()) &&
        std::all_of(name.begin(), name.end(), [&](char letter) {
            return is_letter(letter) || letter == '_' || letter == '-' || (has_dots && letter == '.');
        });
    if (is_good)
        return;
    std::string reason = "'" + name + "' cannot be its name: 1 to 63 letters, digits, '_'" +
                         (has_dots ? ", '.'" : "") + " and '-', the first a letter or digit";
    if (const Entry* const entry = item.last(key))
        item.refuse(*entry, std::string{key} + "=: " + reason);
    else
        item.refuse(reason.append("; ").append(key).append("= can say another"));
}

} // namespace

bool Item::is_bad() const
{
    return std::any_of(complaints.begin(), complaints.end(),
                       [](const Complaint& complaint) { return complaint.severity == Severity::error; });
}

std::optional<std::string> Item::text(std::string_view key) const
{
    const Entry* const entry = last(key);
    return entry == nullptr ? std::nullopt : std::optional{unquoted(entry->value)};
}

void Item::refuse(const Entry& entry, const std::string& reason)
{
    complaints.push_back({*entry.file, entry.line, Severity::error, reason});
}

void Item::warn(const Entry& entry, const std::string& reason)
{
    complaints.push_back({*entry.file, entry.line, Severity::warning, reason});
}

std::vector<std::string> Item::words(const Entry& entry)
{
    Result<std::vector<std::string>> split = split_words(entry.value);
    if (split)
        return std::move(split).value();
    refuse(entry, entry.key + "=: " + split.failure().message());
    return {};
}

bool Item::truth(std::string_view key, Truth fallback)
{
    const Entry* const entry = last(key);
    if (entry == nullptr)
        return fallback == Truth::yes;
    const std::optional<bool> value = parse_truth(unquoted(entry->value));
    if (!value)
        refuse(*entry, std::string{key} + "= takes true or false, not '" + entry->value + "'");
    return value.value_or(fallback == Truth::yes);
}

Item read_item(const Source& source, Kind kind)
{
    Item item;
    item.kind = kind;
    item.path = source.file.path;
    item.file_name = std::filesystem::path{source.file.path}.filename().native();
    const std::string stem = item.file_name.substr(0, item.file_name.size() - row_of(kind).extension.size());
    const std::size_t at = stem.find('@');
    item.prefix = stem.substr(0, at);
    item.has_instance = at != std::string::npos;
    if (item.has_instance)
        item.instance = stem.substr(at + 1);
    parse_unit_file(source.file.text, source.file.path, item.file, item.complaints);
    for (const SourceText& drop_in : source.drop_ins)
        parse_unit_file(drop_in.text, drop_in.path, item.file, item.complaints);
    name_service(item);
    name_resource(item);
    if (!item.is_bad())
        check_resource(item);
    return item;
}

std::optional<Reference> refer(Item& from, const Entry& entry, const std::string& name,
                               const Catalog& catalog)
{
    const auto found = catalog.find(name);
    if (found == catalog.end()) {
        std::vector<std::string_view> names;
        names.reserve(catalog.size());
        for (const auto& [other, item] : catalog)
            names.push_back(other);
        from.refuse(entry, entry.key + "=: there is no file " + name + advice(name, names));
        return std::nullopt;
    }
    const Item& item = *found->second;
    Reference reference{item.service, resolved(item, item.resource)};
    if (item.is_template()) {
        if (!from.has_instance) {
            from.refuse(entry, entry.key + "=: " + name + " is a template, and this file is none");
            return std::nullopt;
        }
        reference.service.insert(reference.service.find('@') + 1, "%i");
    }
    return reference;
}

std::optional<Reference> need(Item& from, const Entry& entry, const std::string& name, const Catalog& catalog)
{
    std::optional<Reference> reference = refer(from, entry, name, catalog);
    if (reference)
        from.needs.emplace_back(entry, name);
    return reference;
}

std::string absolute_path(const Item& item, const std::string& text)
{
    if (text.starts_with('/') || (text.starts_with('%') && !text.starts_with("%%")))
        return text;
    const std::string directory = without_specifiers(std::filesystem::path{item.path}.parent_path().native());
    return (std::filesystem::path{directory} / text).lexically_normal().native();
}

} // namespace slipway::quadlet
