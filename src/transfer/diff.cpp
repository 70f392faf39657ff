// SPDX-License-Identifier: LGPL-2.1-or-later
// Diff: directory by directory; those above are told of once something below has changed.
#include "transfer/diff.hpp"

#include "base/failure.hpp"
#include "transfer/attributes.hpp"
#include "transfer/directory_finder.hpp"
#include "transfer/directory_names.hpp"
#include "transfer/entry_name.hpp"
#include "transfer/limits.hpp"

#include <cerrno>
#include <fcntl.h>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace slipway::transfer {

namespace {

// What a container sees of the lower directory of the same path.
enum class Below {
    merged,  // what the upper one has no whiteout for
    hidden,  // nothing: the upper one is opaque, or one above it
    nothing, // there is none
};

bool is_same(const struct stat& one, const struct stat& other)
{
    return one.st_mode == other.st_mode && one.st_uid == other.st_uid && one.st_gid == other.st_gid &&
           one.st_mtim.tv_sec == other.st_mtim.tv_sec && one.st_mtim.tv_nsec == other.st_mtim.tv_nsec;
}

class Differ {
  public:
    Differ(int upper, const LowerTree& lower, OverlayMarks marks, const OnChange& on_change)
        : upper_{upper}, lower_{lower}, marks_{marks}, on_change_{on_change}
    {
    }

    std::uint64_t run()
    {
        visit({}, Below::merged);
        return count_;
    }

  private:
    struct Found {
        std::optional<Change> change; // nothing: a directory that is as it was
        std::optional<Below> inside;  // of a directory
    };

    void tell(Change change, const std::string& path)
    {
        for (const std::string& above : std::exchange(untold_, {}))
            tell_one(Change::changed, above);
        tell_one(change, path);
    }

    void tell_one(Change change, const std::string& path)
    {
        ++count_;
        on_change_(change, "/" + path);
    }

    // The names in PATH, and what became of them.
    std::map<std::string, Found> look(const std::string& path, Below below)
    {
        std::map<std::string, Found> children;
        const Fd directory = find_directory(upper_, path, Links::refuse);
        if (!directory && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
            return children; // it went meanwhile
        check_entry(directory.number(), "open", path);
        if (below == Below::merged && overlay_mark(directory, marks_, path) == OverlayMark::opaque)
            below = Below::hidden;
        const LowerTree::Directory lower = below == Below::nothing ? LowerTree::Directory{} : lower_.at(path);
        for (const std::string& base : names_in(directory, path)) {
            struct stat status {};
            if (::fstatat(directory.number(), base.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
                check_entry(errno == ENOENT ? 0 : -1, "look at", path);
                continue;
            }
            if (path.size() + base.size() + 1 >= path_limit)
                continue;
            const std::optional<struct stat> former = lower.find(base);
            if (is_gone(directory, base, status, path)) {
                if (former)
                    children[base].change = Change::deleted;
            } else {
                children[base] = compare(status, former, below);
            }
        }
        if (below == Below::hidden)
            for (const std::string& base : lower.names())
                if (!children.contains(base))
                    children[base].change = Change::deleted;
        return children;
    }

    bool is_gone(const Fd& directory, const std::string& base, const struct stat& status,
                 const std::string& path) const
    {
        if (is_whiteout(status))
            return true;
        if (!S_ISREG(status.st_mode) || status.st_size != 0)
            return false;
        const Fd file{::openat(directory.number(), base.c_str(),
                               O_RDONLY | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
        return file && overlay_mark(file, marks_, path) == OverlayMark::whiteout;
    }

    static Found compare(const struct stat& status, const std::optional<struct stat>& former, Below below)
    {
        const bool is_directory = S_ISDIR(status.st_mode);
        if (!former)
            return {Change::added, is_directory ? std::optional{Below::nothing} : std::nullopt};
        if (!is_directory)
            return {Change::changed, std::nullopt};
        if (!S_ISDIR(former->st_mode))
            return {Change::changed, Below::nothing};
        return {is_same(status, *former) ? std::nullopt : std::optional{Change::changed}, below};
    }

    // No deeper than a path is long.
    void visit(const std::string& path, Below below) // NOLINT(misc-no-recursion)
    {
        for (const auto& [base, found] : look(path, below)) {
            const std::string name = path.empty() ? base : (path + "/").append(base);
            if (found.change)
                tell(*found.change, name);
            if (!found.inside)
                continue;
            if (found.change) {
                visit(name, *found.inside);
                continue;
            }
            untold_.push_back(name);
            visit(name, *found.inside);
            if (!untold_.empty())
                untold_.pop_back();
        }
    }

    int upper_;
    const LowerTree& lower_;
    OverlayMarks marks_;
    const OnChange& on_change_;
    std::vector<std::string> untold_; // directories on the way
    std::uint64_t count_ = 0;
};

} // namespace

std::uint64_t diff(int upper, const LowerTree& lower, OverlayMarks marks, const OnChange& on_change)
{
    return Differ{upper, lower, marks, on_change}.run();
}

} // namespace slipway::transfer
