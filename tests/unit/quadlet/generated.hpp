// SPDX-License-Identifier: LGPL-2.1-or-later
// generated: units of files that are in a test's memory.
#pragma once

#include "quadlet/generate.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace slipway::quadlet {

struct Made {
    std::map<std::string, Unit> units;
    std::vector<std::string> complaints;

    const std::string& text(const std::string& unit) const { return units.at(unit).text; }
    // The value of the only line KEY=; "" where there is none.
    std::string line(const std::string& unit, const std::string& key) const
    {
        const std::string whole = '\n' + text(unit);
        const std::size_t begin = whole.find('\n' + key + '=');
        if (begin == std::string::npos)
            return "";
        const std::size_t value = begin + key.size() + 2;
        return whole.substr(value, whole.find('\n', value) - value);
    }
    std::string exec(const std::string& unit) const { return line(unit, "ExecStart"); }
    bool has_line(const std::string& unit, const std::string& whole) const
    {
        return ('\n' + text(unit)).find('\n' + whole + '\n') != std::string::npos;
    }
};

// FILES: their names in /q, and texts; of "web.container.d/1.conf" a drop-in of web.container.
inline Made generated(const std::map<std::string, std::string>& files, Scope scope = Scope::machine)
{
    std::vector<Source> sources;
    for (const auto& [name, text] : files)
        if (name.find('/') == std::string::npos)
            sources.push_back({{"/q/" + name, text}, {}});
    for (const auto& [name, text] : files)
        if (const std::size_t slash = name.find(".d/"); slash != std::string::npos)
            for (Source& source : sources)
                if (source.file.path == "/q/" + name.substr(0, slash))
                    source.drop_ins.push_back({"/q/" + name, text});
    const Surroundings surroundings{scope, [](const std::string& path) { return path == "/dev/there"; }};
    Made made;
    for (const Outcome& outcome : generate(sources, surroundings)) {
        for (const Complaint& complaint : outcome.complaints)
            made.complaints.push_back(complaint.message());
        if (outcome.unit)
            made.units.emplace(outcome.unit->name, *outcome.unit);
    }
    return made;
}

// Of one web.container with an image and KEYS.
inline Made web(const std::string& keys)
{
    return generated({{"web.container", "[Container]\nImage=i\n" + keys}});
}

// What stands in its ExecStart= between the name and the image.
inline std::string web_options(const std::string& keys)
{
    const Made made = web(keys);
    if (!made.units.contains("web.service"))
        return made.complaints.empty() ? "no unit" : made.complaints.front();
    std::string line = made.exec("web.service");
    const std::string begin = "/usr/bin/slipway run --supervise --replace --rm --name systemd-%N ";
    if (!line.starts_with(begin))
        return line;
    line.erase(0, begin.size());
    return line;
}

} // namespace slipway::quadlet
