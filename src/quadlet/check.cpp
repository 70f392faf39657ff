// SPDX-License-Identifier: LGPL-2.1-or-later
// What a file must not say: section by section.
#include "quadlet/check.hpp"

#include "quadlet/key.hpp"
#include "quadlet/nearest.hpp"
#include "quadlet/words.hpp"

#include <algorithm>
#include <array>

namespace slipway::quadlet {

namespace {

constexpr std::array<std::string_view, 6> install_keys{"Alias",    "WantedBy",        "RequiredBy",
                                                       "UpheldBy", "DefaultInstance", "Also"};
constexpr std::array<std::string_view, 1> quadlet_keys{"DefaultDependencies"};

bool is_same_value(std::string_view one, std::string_view other)
{
    const std::optional<bool> truth = parse_truth(one);
    return one == other || (truth && truth == parse_truth(other));
}

void check_own_key(Item& item, const Entry& entry)
{
    const Key* const key = find_key(item.kind, entry.key);
    if (key == nullptr) {
        std::vector<std::string_view> names;
        names.reserve(keys_of(item.kind).size());
        for (const Key& known : keys_of(item.kind))
            names.push_back(known.name);
        item.refuse(entry, entry.key + "= is no key of [" + std::string{item.section()} + "]" +
                               advice(entry.key, names));
        return;
    }
    if (entry.value.empty())
        return; // it takes back
    if (key->shape == Shape::refused)
        item.refuse(entry, entry.key + "= is not taken: " + std::string{key->word});
    else if (key->shape == Shape::only && !is_same_value(unquoted(entry.value), key->word))
        item.refuse(entry, entry.key + "=" + entry.value + " is not taken, only " + std::string{key->word} +
                               ": " + std::string{key->reason});
}

void check_known(Item& item, const Section& section, std::span<const std::string_view> known)
{
    for (const Entry& entry : section.entries)
        if (std::find(known.begin(), known.end(), entry.key) == known.end())
            item.refuse(entry,
                        entry.key + "= is no key of [" + section.name + "] here" + advice(entry.key, known));
}

void check_service(Item& item, const Section& section)
{
    const bool has_payload = item.kind == Kind::container || item.kind == Kind::pod;
    for (const Entry& entry : section.entries) {
        if (entry.value.empty())
            continue;
        if (entry.key == "ExecStart")
            item.refuse(entry, "ExecStart= is made of [" + std::string{item.section()} + "]");
        else if (entry.key == "User" || entry.key == "Group" || entry.key == "DynamicUser")
            item.refuse(entry, entry.key +
                                   "= of [Service] is not taken: the engine is spoken to as who the manager "
                                   "is; User= of [Container] says as whom the payload runs");
        else if (has_payload && entry.key == "Type" && entry.value != "notify" &&
                 (entry.value != "oneshot" || item.kind == Kind::pod))
            item.refuse(entry, "Type=" + entry.value + " is not taken: " +
                                   (item.kind == Kind::pod ? "only notify" : "notify or oneshot"));
        else if (has_payload && entry.key == "KillMode" && entry.value != "mixed" &&
                 entry.value != "control-group")
            item.refuse(entry, "KillMode=" + entry.value + " is not taken: mixed or control-group");
    }
}

void refuse_section(Item& item, const Section& section)
{
    std::vector<std::string_view> known{"Unit", "Service", "Install", "Quadlet", item.section()};
    std::string reason =
        "[" + section.name + "] is no section of a " + std::string{row_of(item.kind).extension} + " file";
    if (std::none_of(kinds.begin(), kinds.end(),
                     [&](const KindRow& row) { return row.section == section.name; }))
        reason += advice(section.name, known);
    item.complaints.push_back({*section.file, section.line, Severity::error, std::move(reason)});
}

} // namespace

void check(Item& item)
{
    for (const Section& section : item.file.sections) {
        if (section.name == item.section())
            for (const Entry& entry : section.entries)
                check_own_key(item, entry);
        else if (section.name == "Install")
            check_known(item, section, install_keys);
        else if (section.name == "Quadlet")
            check_known(item, section, quadlet_keys);
        else if (section.name == "Service")
            check_service(item, section);
        else if (section.name != "Unit" && !section.name.starts_with("X-"))
            refuse_section(item, section);
    }
    if (item.file.find_section(item.section()) == nullptr)
        item.refuse("has no section [" + std::string{item.section()} + "]");
}

} // namespace slipway::quadlet
