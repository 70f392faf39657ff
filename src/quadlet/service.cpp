// SPDX-License-Identifier: LGPL-2.1-or-later
// Service: written, with the sections of its source.
#include "quadlet/service.hpp"

#include "quadlet/words.hpp"

#include <algorithm>
#include <array>

namespace slipway::quadlet {

namespace {

constexpr std::array<std::string_view, 9> dependency_keys{
    "Wants", "Requires", "Requisite", "BindsTo", "PartOf", "Upholds", "Conflicts", "Before", "After"};

// Names of Quadlet's files, such as After=db.container, become those of their services.
std::string with_services(Item& item, const Entry& entry, const Catalog& catalog)
{
    if (std::find(dependency_keys.begin(), dependency_keys.end(), entry.key) == dependency_keys.end())
        return entry.value;
    Result<Words> names = split_words(entry.value);
    const auto is_file = [](const std::string& name) { return find_kind(name).has_value(); };
    if (!names || std::none_of(names.value().begin(), names.value().end(), is_file))
        return entry.value;
    std::string text;
    for (const std::string& name : names.value()) {
        const std::optional<Reference> reference =
            is_file(name) ? refer(item, entry, name, catalog) : Reference{name, {}};
        if (reference)
            text.append(text.empty() ? "" : " ").append(reference->service);
    }
    return text;
}

void append(std::string& text, const std::string& key, const std::string& value)
{
    text.append(key).append("=").append(value).append("\n");
}

} // namespace

void Service::set_default(const Item& item, std::string key, std::string value)
{
    if (!item.file.has_key("Service", key))
        set(std::move(key), std::move(value));
}

void Service::set_command(const std::string& key, const Words& words)
{
    std::string line;
    for (const std::string& word : words)
        line.append(line.empty() ? "" : " ").append(quote_word(word));
    set(key, line);
}

void Service::require(const std::string& other)
{
    for (const char* const key : {"Requires", "After"})
        if (std::find(unit.begin(), unit.end(), std::pair<std::string, std::string>{key, other}) ==
            unit.end())
            set_unit(key, other);
}

void Service::require_mounts(const std::string& path)
{
    set_unit("RequiresMountsFor", quote_word(path));
}

std::string text_of(Item& item, const Service& service, const Catalog& catalog,
                    const Surroundings& surroundings)
{
    const Entry* const default_dependencies = item.file.find_last("Quadlet", "DefaultDependencies");
    const std::optional<bool> wish = default_dependencies == nullptr
                                         ? std::optional{true}
                                         : parse_truth(unquoted(default_dependencies->value));
    if (!wish)
        item.refuse(*default_dependencies,
                    "DefaultDependencies= takes true or false, not '" + default_dependencies->value + "'");

    std::string text = "# Made by slipway-generator of the file that SourcePath= names.\n[Unit]\n";
    append(text, "SourcePath", without_specifiers(item.path));
    // A user's manager has no such target.
    if (wish.value_or(true) && surroundings.scope == Scope::machine)
        for (const char* const key : {"Wants", "After"})
            append(text, key, "network-online.target");
    for (const auto& [key, value] : service.unit)
        append(text, key, value);
    if (const Section* const section = item.file.find_section("Unit"))
        for (const Entry& entry : section->entries)
            append(text, entry.key, with_services(item, entry, catalog));

    text += "\n[Service]\n";
    for (const auto& [key, value] : service.service)
        append(text, key, value);
    if (const Section* const section = item.file.find_section("Service"))
        for (const Entry& entry : section->entries)
            append(text, entry.key, entry.value);

    for (const Section& section : item.file.sections) {
        if (section.name != "Install" && !section.name.starts_with("X-"))
            continue;
        text.append("\n[").append(section.name).append("]\n");
        for (const Entry& entry : section.entries)
            append(text, entry.key, entry.value);
    }
    return text;
}

} // namespace slipway::quadlet
