// SPDX-License-Identifier: LGPL-2.1-or-later
// Files of Quadlet's: one, and others behind lines "%FILE NAME"; what is made is read back, and words are.
#include "quadlet/generate.hpp"
#include "quadlet/kind.hpp"
#include "quadlet/unit_file.hpp"
#include "quadlet/words.hpp"
#include "target.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace {

using namespace slipway;

std::vector<quadlet::Source> sources_of(std::string_view text)
{
    constexpr std::string_view border = "\n%FILE ";
    std::map<std::string, std::string> files;
    std::string name = "web.container";
    for (;;) {
        const std::size_t end = text.find(border);
        files.try_emplace(name, text.substr(0, end));
        if (end == std::string_view::npos)
            break;
        text.remove_prefix(end + border.size());
        const std::size_t line = text.find('\n');
        name = text.substr(0, line);
        std::replace(name.begin(), name.end(), '/', '-');
        std::replace(name.begin(), name.end(), '\0', '-');
        text = line == std::string_view::npos ? std::string_view{} : text.substr(line + 1);
    }
    std::vector<quadlet::Source> sources;
    for (auto& [file, content] : files)
        sources.push_back({{"/q/" + file, content}, {}});
    return sources;
}

// A unit is a unit file, with one command of ours, whatever its source says.
void require_sound(const quadlet::Unit& unit)
{
    fuzz::require(unit.name.ends_with(".service") && unit.name.find('/') == std::string::npos);
    quadlet::UnitFile file;
    std::vector<quadlet::Complaint> complaints;
    quadlet::parse_unit_file(unit.text, unit.name, file, complaints);
    fuzz::require(complaints.empty());
    const std::vector<const quadlet::Entry*> commands = file.find_all("Service", "ExecStart");
    fuzz::require(commands.size() == 1);
    const auto words = quadlet::split_words(commands.front()->value);
    fuzz::require(words && words.value().size() > 2 && words.value().front() == "/usr/bin/slipway");
    for (const quadlet::Link& link : unit.links) {
        fuzz::require(!link.path.starts_with('/') && link.path.find("../") == std::string::npos);
        fuzz::require(std::count(link.path.begin(), link.path.end(), '/') <= 1);
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = fuzz::text_of(data, size);
    const std::vector<quadlet::Source> sources = sources_of(text);
    const quadlet::Surroundings surroundings{size % 2 == 0 ? quadlet::Scope::machine : quadlet::Scope::user,
                                             [](const std::string& path) { return path == "/dev/null"; }};
    const std::vector<quadlet::Outcome> outcomes = quadlet::generate(sources, surroundings);
    fuzz::require(outcomes.size() == sources.size());
    std::set<std::string> names;
    for (const quadlet::Outcome& outcome : outcomes) {
        bool is_bad = false;
        for (const quadlet::Complaint& complaint : outcome.complaints) {
            fuzz::require(complaint.message().find('\n') == std::string::npos);
            is_bad = is_bad || complaint.severity == quadlet::Severity::error;
        }
        fuzz::require(outcome.unit.has_value() != is_bad);
        if (outcome.unit) {
            require_sound(*outcome.unit);
            fuzz::require(names.insert(outcome.unit->name).second);
        }
    }
    // A unit file has no zero byte.
    if (const auto words = quadlet::split_words(text.substr(0, text.find('\0'))))
        for (const std::string& word : words.value()) {
            const auto again = quadlet::split_words(quadlet::quote_word(word));
            fuzz::require(again && again.value() == std::vector<std::string>{word});
        }
    return 0;
}
