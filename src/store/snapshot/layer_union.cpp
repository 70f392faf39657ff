// SPDX-License-Identifier: LGPL-2.1-or-later
// LayerUnion: directory by directory.
#include "store/snapshot/layer_union.hpp"

#include "base/failure.hpp"
#include "store/list_names.hpp"
#include "store/xattrs.hpp"

#include <climits>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <fcntl.h>
#include <set>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace slipway::store {

namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

bool is_whiteout(const struct stat& status)
{
    return S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0);
}

// As the kernel has it (path_resolution(7)).
constexpr int most_links = 40;

// Without empty ones and ".".
std::deque<std::string> parts_of(const std::string& path)
{
    std::deque<std::string> parts;
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        std::string part = path.substr(at, end - at);
        if (!part.empty() && part != ".")
            parts.push_back(std::move(part));
        at = end + 1;
    }
    return parts;
}

} // namespace

LayerUnion LayerUnion::of(const std::vector<std::filesystem::path>& layers)
{
    LayerUnion top;
    for (const std::filesystem::path& layer : layers) {
        Fd part{check(::open(layer.c_str(), directory_flags), "open", layer.native())};
        top.parts_.push_back(std::move(part));
    }
    return top;
}

std::map<std::string, LayerUnion::Entry> LayerUnion::entries() const
{
    std::map<std::string, Entry> seen;
    std::set<std::string> hidden;
    for (std::size_t part = 0; part < parts_.size(); ++part)
        for (const std::string& name : list_names(parts_[part])) {
            if (seen.contains(name) || hidden.contains(name))
                continue;
            Entry entry{part, {}};
            check(::fstatat(parts_[part].number(), name.c_str(), &entry.status, AT_SYMLINK_NOFOLLOW),
                  "look at", name);
            if (is_whiteout(entry.status))
                hidden.insert(name);
            else
                seen.emplace(name, entry);
        }
    return seen;
}

std::optional<LayerUnion::Entry> LayerUnion::find_entry(const std::string& name) const
{
    for (std::size_t part = 0; part < parts_.size(); ++part) {
        Entry entry{part, {}};
        if (::fstatat(parts_[part].number(), name.c_str(), &entry.status, AT_SYMLINK_NOFOLLOW) == 0)
            return is_whiteout(entry.status) ? std::nullopt : std::optional{entry};
        check(errno == ENOENT ? 0 : -1, "look at", name);
    }
    return std::nullopt;
}

std::optional<LayerUnion> LayerUnion::find(const std::vector<std::filesystem::path>& layers,
                                           const std::string& path)
{
    std::vector<LayerUnion> way;
    way.push_back(of(layers));
    std::deque<std::string> rest = parts_of(path);
    for (int links = 0; !rest.empty();) {
        const std::string name = rest.front();
        rest.pop_front();
        if (name == "..") {
            if (way.size() > 1)
                way.pop_back();
            continue;
        }
        const std::optional<Entry> entry = way.back().find_entry(name);
        if (!entry)
            return std::nullopt;
        if (S_ISDIR(entry->status.st_mode)) {
            way.push_back(way.back().enter(name, *entry));
        } else if (S_ISLNK(entry->status.st_mode) && ++links <= most_links) {
            std::string target(PATH_MAX, '\0');
            const Fd& directory = way.back().directory_of(*entry);
            const ssize_t size = check(
                ::readlinkat(directory.number(), name.c_str(), target.data(), target.size()), "read", name);
            target.resize(static_cast<std::size_t>(size));
            if (target.starts_with('/'))
                way.erase(way.begin() + 1, way.end());
            const std::deque<std::string> parts = parts_of(target);
            rest.insert(rest.begin(), parts.begin(), parts.end());
        } else {
            return std::nullopt;
        }
    }
    return std::move(way.back());
}

LayerUnion LayerUnion::enter(const std::string& name, const Entry& entry) const
{
    LayerUnion below;
    for (std::size_t part = entry.part; part < parts_.size(); ++part) {
        struct stat status {};
        if (::fstatat(parts_[part].number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) {
            check(errno == ENOENT ? 0 : -1, "look at", name);
            continue;
        }
        if (!S_ISDIR(status.st_mode))
            break;
        Fd next{check(::openat(parts_[part].number(), name.c_str(), directory_flags), "open", name)};
        const bool hides = is_opaque(next);
        below.parts_.push_back(std::move(next));
        if (hides)
            break;
    }
    return below;
}

} // namespace slipway::store
