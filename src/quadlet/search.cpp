// SPDX-License-Identifier: LGPL-2.1-or-later
// Search: a walk through each place, and for each file the drop-ins in the order of their weight.
#include "quadlet/search.hpp"

#include "base/failure.hpp"
#include "quadlet/kind.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace slipway::quadlet {

namespace {

// Guards against endless trees.
constexpr int deepest = 16;

class Walk {
  public:
    explicit Walk(const Files& files) : files_{&files} {}

    void visit(const Place& place) { visit(place.path, place.left_out, 0); }

    // By names.
    std::map<std::string, std::string> paths;
    // By the names of their directories, and by their own.
    std::map<std::string, std::map<std::string, std::string>> drop_ins;

  private:
    void visit(const std::string& directory, LeftOut left_out, int depth)
    {
        if (depth > deepest || !seen_.insert(files_->identify(directory)).second)
            return;
        std::vector<FoundName> names = files_->list(directory);
        std::sort(names.begin(), names.end(),
                  [](const FoundName& one, const FoundName& other) { return one.name < other.name; });
        for (const FoundName& found : names)
            if (found.kind != NameKind::directory &&
                (find_kind(found.name) || !refused_kind(found.name).empty()))
                paths.try_emplace(found.name, directory + '/' + found.name);
        for (const FoundName& found : names)
            if (found.kind == NameKind::directory)
                visit_directory(found, directory + '/' + found.name, left_out, depth);
    }

    void visit_directory(const FoundName& found, const std::string& path, LeftOut left_out, int depth)
    {
        if (found.name.ends_with(".d")) {
            for (const FoundName& drop_in : files_->list(path))
                if (drop_in.name.ends_with(".conf") && drop_in.kind != NameKind::directory)
                    drop_ins[found.name].try_emplace(drop_in.name, path + '/' + drop_in.name);
            return;
        }
        const bool is_number = std::all_of(found.name.begin(), found.name.end(),
                                           [](char letter) { return letter >= '0' && letter <= '9'; });
        const bool is_left_out = left_out == LeftOut::all ||
                                 (left_out == LeftOut::users && found.name == "users") ||
                                 (left_out == LeftOut::numbers && is_number);
        // What a place leaves out it leaves out at its top.
        if (!is_left_out)
            visit(path, LeftOut::nothing, depth + 1);
    }

    const Files* files_;
    std::set<std::string> seen_;
};

// The directories of drop-ins of NAME, from the most general (systemd.unit(5)).
std::vector<std::string> drop_in_directories(const std::string& name)
{
    const std::size_t dot = name.rfind('.');
    const std::string extension = name.substr(dot);
    const std::string stem = name.substr(0, dot);
    const std::size_t at = stem.find('@');
    const std::string prefix = stem.substr(0, at);
    std::vector<std::string> directories{extension.substr(1) + ".d"};
    for (std::size_t dash = prefix.find('-'); dash != std::string::npos; dash = prefix.find('-', dash + 1))
        if (dash + 1 < prefix.size())
            directories.push_back(prefix.substr(0, dash + 1) + extension + ".d");
    if (at != std::string::npos && at + 1 < stem.size())
        directories.push_back(prefix + '@' + extension + ".d");
    directories.push_back(name + ".d");
    return directories;
}

std::optional<SourceText> read_one(const std::string& path, const Files& files,
                                   std::vector<Complaint>& complaints)
{
    try {
        return SourceText{path, files.read(path)};
    } catch (const Failure& failure) {
        complaints.push_back({path, 0, Severity::error, "cannot be read: " + failure.message()});
        return std::nullopt;
    }
}

} // namespace

Sources find_sources(const std::vector<Place>& places, const Files& files)
{
    Walk walk{files};
    for (const Place& place : places)
        walk.visit(place);
    Sources found;
    for (const auto& [name, path] : walk.paths) {
        std::optional<SourceText> text = read_one(path, files, found.complaints);
        if (!text || text->text.empty())
            continue;
        Source source{std::move(*text), {}};
        std::map<std::string, std::string> drop_ins;
        for (const std::string& directory : drop_in_directories(name))
            if (const auto own = walk.drop_ins.find(directory); own != walk.drop_ins.end())
                for (const auto& [file, drop_in] : own->second)
                    drop_ins[file] = drop_in;
        bool is_whole = true;
        for (const auto& [file, drop_in] : drop_ins) {
            std::optional<SourceText> more = read_one(drop_in, files, found.complaints);
            is_whole = is_whole && more;
            if (more)
                source.drop_ins.push_back(std::move(*more));
        }
        // What a drop-in that cannot be read restricts would not be restricted.
        if (is_whole)
            found.sources.push_back(std::move(source));
    }
    return found;
}

std::vector<Place> places_of(const std::optional<User>& user, Podman podman)
{
    std::vector<std::string> owners{"slipway"};
    if (podman == Podman::read)
        owners.emplace_back("containers");
    std::vector<Place> places;
    for (const std::string& owner : owners) {
        const std::string below = '/' + owner + "/systemd";
        if (!user) {
            for (const char* const root : {"/run", "/etc", "/usr/share"})
                places.push_back({root + below, LeftOut::users});
            continue;
        }
        for (const std::string& root : {user->runtime, user->configuration})
            if (!root.empty())
                places.push_back({root + below, LeftOut::nothing});
        for (const char* const root : {"/etc", "/usr/share"}) {
            places.push_back({root + below + "/users/" + user->number, LeftOut::nothing});
            places.push_back({root + below + "/users", LeftOut::numbers});
        }
    }
    return places;
}

} // namespace slipway::quadlet
