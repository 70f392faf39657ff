// SPDX-License-Identifier: LGPL-2.1-or-later
// Item: one file with its drop-ins, read; what it is called, and what was found wrong in it.
#pragma once

#include "quadlet/kind.hpp"
#include "quadlet/source.hpp"
#include "quadlet/unit_file.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipway::quadlet {

struct Item {
    Kind kind = Kind::container;
    std::string path;
    std::string file_name; // "data@.volume"
    std::string prefix;    // "data"
    bool has_instance = false;
    std::string instance; // of a template empty
    UnitFile file;
    std::string service;  // "data-volume@.service"
    std::string resource; // what the container, network, … is called, specifiers and all
    std::vector<Complaint> complaints;
    // Files that it cannot be without, and where they are named.
    std::vector<std::pair<Entry, std::string>> needs;

    std::string_view section() const { return row_of(kind).section; }
    bool is_template() const { return service.find("@.") != std::string::npos; }
    bool is_bad() const;
    // Of its own section; unquoted.
    const Entry* last(std::string_view key) const { return file.find_last(section(), key); }
    std::vector<const Entry*> all(std::string_view key) const { return file.find_all(section(), key); }
    std::optional<std::string> text(std::string_view key) const;

    void refuse(std::string reason) { complaints.push_back({path, 0, Severity::error, std::move(reason)}); }
    void refuse(const Entry& entry, const std::string& reason);
    void warn(const Entry& entry, const std::string& reason);
    // The words of ENTRY; none, and a complaint, where it has an open quote.
    std::vector<std::string> words(const Entry& entry);
    // FALLBACK where KEY is not there, and with a complaint where it is neither.
    enum class Truth { no, yes };
    bool truth(std::string_view key, Truth fallback);
};

// Reads SOURCE and finds its names. Complaints are the item's own.
Item read_item(const Source& source, Kind kind);

// By the names of their files.
using Catalog = std::map<std::string, Item*, std::less<>>;

struct Reference {
    std::string service;
    std::string resource;
};

// What ENTRY of FROM means by a file's NAME; nothing, and a complaint, where there is no such file.
std::optional<Reference> refer(Item& from, const Entry& entry, const std::string& name,
                               const Catalog& catalog);
// The same, and it is needed: FROM makes no unit where NAME makes none.
std::optional<Reference> need(Item& from, const Entry& entry, const std::string& name,
                              const Catalog& catalog);

// TEXT, a path or one that begins with a specifier, from the directory of ITEM's file.
std::string absolute_path(const Item& item, const std::string& text);

} // namespace slipway::quadlet
