// SPDX-License-Identifier: LGPL-2.1-or-later
// LowerTree: directories of the same name merge until one is opaque, a whiteout or no directory.
#include "transfer/lower_tree.hpp"

#include "base/failure.hpp"
#include "transfer/attributes.hpp"
#include "transfer/directory_names.hpp"
#include "transfer/entry_name.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>

namespace slipway::transfer {

namespace {

constexpr int below_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

bool find_entry(const Fd& directory, const std::string& base, struct stat& status)
{
    if (::fstatat(directory.number(), base.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
        return true;
    check_entry(errno == ENOENT ? 0 : -1, "look at", base);
    return false;
}

} // namespace

std::optional<struct stat> LowerTree::Directory::find(const std::string& base) const
{
    struct stat status {};
    for (const Fd& part : parts_)
        if (find_entry(part, base, status))
            return is_whiteout(status) ? std::nullopt : std::optional{status};
    return std::nullopt;
}

std::set<std::string> LowerTree::Directory::names() const
{
    std::set<std::string> names;
    for (const Fd& part : parts_)
        for (const std::string& name : names_in(part, path_))
            if (find(name))
                names.insert(name);
    return names;
}

LowerTree::Directory LowerTree::enter(const Directory& parent, const std::string& base) const
{
    Directory directory;
    directory.path_ = parent.path_.empty() ? base : parent.path_ + "/" + base;
    for (const Fd& part : parent.parts_) {
        struct stat status {};
        if (!find_entry(part, base, status))
            continue;
        if (!S_ISDIR(status.st_mode))
            break;
        Fd next{::openat(part.number(), base.c_str(), below_flags)};
        check_entry(next.number(), "open", directory.path_);
        const bool is_opaque = overlay_mark(next, marks_, directory.path_) == OverlayMark::opaque;
        directory.parts_.push_back(std::move(next));
        if (is_opaque)
            break;
    }
    return directory;
}

LowerTree::Directory LowerTree::at(const std::string& path) const
{
    Directory directory;
    for (const int layer : layers_) {
        directory.parts_.emplace_back(::openat(layer, ".", below_flags));
        check_entry(directory.parts_.back().number(), "open", "a layer");
    }
    for (std::size_t start = 0; start < path.size();) {
        const std::size_t end = std::min(path.find('/', start), path.size());
        directory = enter(directory, path.substr(start, end - start));
        start = end + 1;
    }
    return directory;
}

} // namespace slipway::transfer
