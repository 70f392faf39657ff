// SPDX-License-Identifier: LGPL-2.1-or-later
// Table: each entry is counted at every name above it.
#include "dns-server/table.hpp"

#include "dns-server/name.hpp"
#include "dns-server/resource_record.hpp"

#include <algorithm>

namespace slipway::dns_server {

namespace {

std::string_view name_of(const ldns_rr& record)
{
    return bytes_of(*ldns_rr_owner(&record));
}

} // namespace

void Table::clear()
{
    nodes_.clear();
    owners_.clear();
}

std::vector<std::string> Table::apply(const names::Change& change)
{
    std::vector<std::string> complaints;
    Records records;
    for (const names::Record& record : change.records) {
        try {
            records.push_back(add(make_record(record)));
        } catch (const Failure& failure) {
            complaints.push_back("a record of " + change.owner + " is left out: " + failure.message());
        }
    }
    const auto before = owners_.find(change.owner);
    if (before != owners_.end()) {
        for (const auto& record : before->second)
            remove(record);
        owners_.erase(before);
    }
    if (!records.empty())
        owners_.emplace(change.owner, std::move(records));
    return complaints;
}

const Node* Table::find(std::string_view name) const
{
    const auto found = nodes_.find(name);
    return found == nodes_.end() ? nullptr : &found->second;
}

std::shared_ptr<const ldns_rr> Table::add(RecordHandle record)
{
    const std::string_view name = name_of(*record);
    Node& node = nodes_[std::string{name}];
    for (Entry& entry : node.entries) {
        if (ldns_rr_compare(entry.record.get(), record.get()) == 0) {
            ++entry.holders;
            return entry.record;
        }
    }
    for (std::string_view above = name; !is_root(above);) {
        above = parent_of(above);
        ++nodes_[std::string{above}].below;
    }
    std::shared_ptr<const ldns_rr> kept = std::move(record);
    nodes_.find(name)->second.entries.push_back({kept, 1});
    return kept;
}

void Table::remove(const std::shared_ptr<const ldns_rr>& record)
{
    const std::string_view name = name_of(*record);
    const auto node = nodes_.find(name);
    auto& entries = node->second.entries;
    const auto entry =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& one) { return one.record == record; });
    if (--entry->holders > 0)
        return;
    entries.erase(entry);
    if (entries.empty() && node->second.below == 0)
        nodes_.erase(node);
    for (std::string_view above = name; !is_root(above);) {
        above = parent_of(above);
        const auto place = nodes_.find(above);
        if (--place->second.below == 0 && place->second.entries.empty())
            nodes_.erase(place);
    }
}

} // namespace slipway::dns_server
