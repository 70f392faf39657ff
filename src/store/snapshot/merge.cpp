// SPDX-License-Identifier: LGPL-2.1-or-later
// Merging layers into one tree, each file from the uppermost layer that has it.
#include "store/snapshot/merge.hpp"

#include "base/failure.hpp"
#include "store/list_names.hpp"
#include "store/xattrs.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <set>
#include <unistd.h>

namespace slipway::store {

namespace {

// Deeper than any path that can be named (PATH_MAX), shallower than the stack.
constexpr int deepest_merge = 2100;
constexpr int merge_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

std::string below(const std::string& path, const std::string& name)
{
    return path.empty() ? name : path + "/" + name;
}

class Merger {
  public:
    Merger(const Fd& top, Sharing sharing, const IdShift& shift)
        : top_{&top}, sharing_{sharing}, shift_{shift}
    {
    }

    void directory(const LayerUnion& from, const Fd& to, const std::string& path, int depth)
    {
        if (depth > deepest_merge)
            throw errno_failure(ELOOP, "copy", path);
        for (const auto& [name, entry] : from.entries()) {
            const std::string place = below(path, name);
            if (!S_ISDIR(entry.status.st_mode)) {
                one(from.directory_of(entry), to, name, place, entry.status);
                continue;
            }
            check(::mkdirat(to.number(), name.c_str(), 0700), "make", place);
            const Fd target{check(::openat(to.number(), name.c_str(), merge_flags), "open", place)};
            directory(from.enter(name, entry), target, place, depth + 1);
        }
        copy_directory_attributes(from.uppermost(), to, path, shift_);
    }

  private:
    void one(const Fd& from, const Fd& to, const std::string& name, const std::string& path,
             const struct stat& status)
    {
        if (status.st_nlink > 1) {
            const auto [first, is_first] = names_.try_emplace({status.st_dev, status.st_ino}, path);
            if (!is_first) {
                check(::linkat(top_->number(), first->second.c_str(), to.number(), name.c_str(), 0), "link",
                      path);
                return;
            }
        }
        copy_entry(from, to, name, path, status, sharing_, shift_);
    }

    const Fd* top_;
    Sharing sharing_;
    IdShift shift_;
    std::map<std::pair<dev_t, ino_t>, std::string> names_; // the first of each file that has several
};

class Shifter {
  public:
    explicit Shifter(const IdShift& shift) : shift_{shift} {}

    void tree(const Fd& directory, int depth)
    {
        if (depth > deepest_merge)
            throw errno_failure(ELOOP, "set the owners of a tree");
        for (const std::string& name : list_names(directory)) {
            struct stat status {};
            check(::fstatat(directory.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW), "look at", name);
            if (S_ISDIR(status.st_mode))
                tree(Fd{check(::openat(directory.number(), name.c_str(), merge_flags), "open", name)},
                     depth + 1);
            else if (status.st_nlink == 1 || done_.insert({status.st_dev, status.st_ino}).second)
                one(directory, name, status);
        }
        struct stat status {};
        check(::fstat(directory.number(), &status), "look at a directory");
        one(directory, ".", status);
    }

  private:
    void one(const Fd& directory, const std::string& name, const struct stat& status) const
    {
        const Xattrs attributes = xattrs_of(directory, name);
        check(::fchownat(directory.number(), name.c_str(), shift_.shifted(status.st_uid),
                         shift_.shifted(status.st_gid), AT_SYMLINK_NOFOLLOW),
              "set the owner of", name);
        for (const auto& [attribute, value] : attributes)
            if (std::string now = shift_.shifted(attribute, value);
                now != value || attribute == "security.capability")
                set_xattr(directory, name, attribute, now);
        // The change of owner takes these bits away.
        if (!S_ISLNK(status.st_mode) && (status.st_mode & (S_ISUID | S_ISGID)) != 0)
            check(::fchmodat(directory.number(), name.c_str(), status.st_mode & 07777, 0), "set the mode of",
                  name);
    }

    IdShift shift_;
    std::set<std::pair<dev_t, ino_t>> done_;
};

} // namespace

void merge(const LayerUnion& layers, const Fd& to, Sharing sharing, const IdShift& shift)
{
    Merger{to, sharing, shift}.directory(layers, to, {}, 0);
}

void shift_tree(const Fd& directory, const IdShift& shift)
{
    if (!shift.is_none())
        Shifter{shift}.tree(directory, 0);
}

} // namespace slipway::store
