// SPDX-License-Identifier: LGPL-2.1-or-later
// Changes of a whole root: the tree beside the layers' union, directory by directory.
//
// A file whose ctime is older than the tree's making was never touched. Any other is looked at closely:
// its time can be what it was although its content is not.
#include "base/failure.hpp"
#include "store/copy_entry.hpp"
#include "store/list_names.hpp"
#include "store/snapshot/layer_union.hpp"
#include "store/snapshot/whole_root.hpp"
#include "store/xattrs.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace slipway::store {

namespace {

constexpr int deepest_change = 2100;
constexpr int change_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Fd open_directory_at(const Fd& parent, const std::string& name)
{
    return Fd{check(::openat(parent.number(), name.c_str(), change_flags), "open", name)};
}

bool is_before(const std::timespec& one, const std::timespec& other)
{
    return one.tv_sec < other.tv_sec || (one.tv_sec == other.tv_sec && one.tv_nsec < other.tv_nsec);
}

std::string link_target(const Fd& directory, const std::string& name)
{
    std::string target(4096, '\0');
    const ssize_t size =
        check(::readlinkat(directory.number(), name.c_str(), target.data(), target.size()), "read", name);
    target.resize(static_cast<std::size_t>(size));
    return target;
}

bool has_same_content(const Fd& one, const Fd& other, const std::string& name)
{
    constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    const Fd left{check(::openat(one.number(), name.c_str(), flags), "open", name)};
    const Fd right{check(::openat(other.number(), name.c_str(), flags), "open", name)};
    std::string left_piece(1U << 17U, '\0');
    std::string right_piece(1U << 17U, '\0');
    for (off_t at = 0;;) {
        const ssize_t count =
            check(::pread(left.number(), left_piece.data(), left_piece.size(), at), "read", name);
        for (ssize_t done = 0; done < count;) {
            const ssize_t more = check(::pread(right.number(), right_piece.data() + done,
                                               static_cast<std::size_t>(count - done), at + done),
                                       "read", name);
            if (more == 0)
                return false;
            done += more;
        }
        if (count == 0)
            return true;
        if (left_piece.compare(0, static_cast<std::size_t>(count), right_piece, 0,
                               static_cast<std::size_t>(count)) != 0)
            return false;
        at += count;
    }
}

// A directory of the changes, made when there is something to put into it.
class Place {
  public:
    explicit Place(const Fd& top) : open_{top.duplicate()} {}
    Place(Place& parent, std::string name) : parent_{&parent}, name_{std::move(name)} {}

    bool is_made() const noexcept { return open_.is_open(); }
    const Fd& directory()
    {
        if (!open_) {
            const Fd& parent = parent_->directory();
            check(::mkdirat(parent.number(), name_.c_str(), 0700), "make", name_);
            open_ = open_directory_at(parent, name_);
        }
        return open_;
    }

  private:
    Place* parent_ = nullptr;
    std::string name_;
    Fd open_;
};

class Differ {
  public:
    Differ(const WholeRoot& root, const Fd& top) : made_{root.made}, top_{&top}
    {
        if (root.shift != 0) {
            in_ = IdShift::to_container(root.shift);
            out_ = IdShift::from_container(root.shift);
        }
    }

    // BELOW: nothing where the image has no such directory, and all is new.
    void directory(const Fd& now, const LayerUnion* below, Place& place, const std::string& path, int depth)
    {
        if (depth > deepest_change)
            throw errno_failure(ELOOP, "compare", path);
        std::map<std::string, LayerUnion::Entry> former;
        if (below != nullptr)
            former = below->entries();
        for (const std::string& name : list_names(now)) {
            struct stat status {};
            if (::fstatat(now.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) {
                check(errno == ENOENT ? 0 : -1, "look at", name);
                continue; // gone meanwhile
            }
            const auto found = former.find(name);
            const LayerUnion::Entry* const entry = found == former.end() ? nullptr : &found->second;
            const std::string inside = path.empty() ? name : (path + "/").append(name);
            if (S_ISDIR(status.st_mode))
                inner(now, name, below, entry, place, inside, depth);
            else if (entry == nullptr || !is_same(now, name, status, *below, *entry))
                put(now, name, status, place, inside);
            if (found != former.end())
                former.erase(found);
        }
        for (const auto& [name, entry] : former)
            check(::mknodat(place.directory().number(), name.c_str(), S_IFCHR, makedev(0, 0)),
                  "make a whiteout for", name);
        if (below == nullptr || place.is_made() || !has_same_attributes(now, *below))
            copy_directory_attributes(now, place.directory(), path, out_);
    }

  private:
    void inner(const Fd& now, const std::string& name, const LayerUnion* below,
               const LayerUnion::Entry* entry, Place& place, const std::string& path, int depth)
    {
        const Fd next = open_directory_at(now, name);
        Place inside{place, name};
        if (entry == nullptr || !S_ISDIR(entry->status.st_mode))
            return directory(next, nullptr, inside, path, depth + 1);
        const LayerUnion next_below = below->enter(name, *entry);
        directory(next, &next_below, inside, path, depth + 1);
    }

    void put(const Fd& now, const std::string& name, const struct stat& status, Place& place,
             const std::string& path)
    {
        const Fd& to = place.directory();
        if (status.st_nlink > 1) {
            const auto [first, is_first] = names_.try_emplace({status.st_dev, status.st_ino}, path);
            if (!is_first) {
                check(::linkat(top_->number(), first->second.c_str(), to.number(), name.c_str(), 0), "link",
                      path);
                return;
            }
        }
        copy_entry(now, to, name, path, status, Sharing::where_possible, out_);
    }

    bool has_same_status(const struct stat& now, const struct stat& former) const
    {
        return now.st_mode == former.st_mode && now.st_uid == in_.shifted(former.st_uid) &&
               now.st_gid == in_.shifted(former.st_gid) && now.st_mtim.tv_sec == former.st_mtim.tv_sec &&
               now.st_mtim.tv_nsec == former.st_mtim.tv_nsec;
    }

    bool has_same_xattrs(const Fd& now, const Fd& former, const std::string& name) const
    {
        Xattrs expected;
        for (const auto& [attribute, value] : xattrs_of(former, name))
            expected[attribute] = in_.shifted(attribute, value);
        return xattrs_of(now, name) == expected;
    }

    bool has_same_attributes(const Fd& now, const LayerUnion& below) const
    {
        struct stat status {};
        struct stat former {};
        check(::fstat(now.number(), &status), "look at a directory");
        check(::fstat(below.uppermost().number(), &former), "look at a layer's directory");
        return has_same_status(status, former) &&
               (is_before(status.st_ctim, made_) || has_same_xattrs(now, below.uppermost(), "."));
    }

    bool is_same(const Fd& now, const std::string& name, const struct stat& status, const LayerUnion& below,
                 const LayerUnion::Entry& entry) const
    {
        const struct stat& former = entry.status;
        if (!has_same_status(status, former) || status.st_rdev != former.st_rdev ||
            status.st_size != former.st_size)
            return false;
        if (is_before(status.st_ctim, made_))
            return true;
        const Fd& layer = below.directory_of(entry);
        // A new name of an old file: both must be told of, to be one file again.
        if (status.st_nlink > 1 && status.st_nlink != former.st_nlink)
            return false;
        if (S_ISLNK(status.st_mode) && link_target(now, name) != link_target(layer, name))
            return false;
        if (!has_same_xattrs(now, layer, name))
            return false;
        return !S_ISREG(status.st_mode) || has_same_content(now, layer, name);
    }

    std::timespec made_;
    const Fd* top_;
    IdShift in_;
    IdShift out_;
    std::map<std::pair<dev_t, ino_t>, std::string> names_; // the first of each file that has several
};

} // namespace

void write_changes(const WholeRoot& root, const std::vector<std::filesystem::path>& layers,
                   const std::filesystem::path& changes)
{
    check(::mkdir(changes.c_str(), 0700), "make the directory", changes.native());
    const Fd top{check(::open(changes.c_str(), change_flags), "open", changes.native())};
    const Fd now{check(::open(root.tree.c_str(), change_flags), "open", root.tree.native())};
    const LayerUnion below = LayerUnion::of(layers);
    Place place{top};
    Differ{root, top}.directory(now, &below, place, {}, 0);
}

} // namespace slipway::store
