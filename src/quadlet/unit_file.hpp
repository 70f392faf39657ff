// SPDX-License-Identifier: LGPL-2.1-or-later
// UnitFile: the sections and assignments of a unit file (systemd.syntax(7)), each with the place where it
// stands.
#pragma once

#include "quadlet/complaint.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::quadlet {

// KEY=VALUE; lines that go on are one, joined by blanks.
struct Entry {
    std::string key;
    std::string value;
    std::shared_ptr<const std::string> file;
    unsigned line = 0;
};

struct Section {
    std::string name;
    std::vector<Entry> entries; // in their order
    std::shared_ptr<const std::string> file;
    unsigned line = 0;
};

struct UnitFile {
    std::vector<Section> sections; // in the order of their first mention

    const Section* find_section(std::string_view name) const;
    // The last assignment; nothing where there is none, or where it is empty, which takes all before it back.
    const Entry* find_last(std::string_view section, std::string_view key) const;
    // All that count: those behind the last empty one.
    std::vector<const Entry*> find_all(std::string_view section, std::string_view key) const;
    bool has_key(std::string_view section, std::string_view key) const;
};

// Appends what TEXT says to TARGET, as a drop-in's assignments follow those of its unit; what is no line of a
// unit file is appended to COMPLAINTS.
void parse_unit_file(std::string_view text, const std::string& file, UnitFile& target,
                     std::vector<Complaint>& complaints);

} // namespace slipway::quadlet
