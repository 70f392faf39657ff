// SPDX-License-Identifier: LGPL-2.1-or-later
// Tree: entries made by *at calls below one directory.
#include "transfer/tree.hpp"

#include "base/failure.hpp"
#include "store/remove_tree.hpp"
#include "transfer/directory_names.hpp"
#include "transfer/entry_name.hpp"
#include "transfer/limits.hpp"
#include "transfer/metadata.hpp"
#include "transfer/mount_of.hpp"
#include "transfer/refusal.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace slipway::transfer {

namespace {

constexpr mode_t new_file_mode = 0600;
constexpr mode_t new_directory_mode = 0700;
// For directories that the archive presumes and does not have.
constexpr mode_t implied_directory_mode = 0755;

// Why the way to NAME cannot be gone.
[[noreturn]] void refuse_way(const std::string& name, int error)
{
    if (error == EXDEV)
        refuse_entry(name, "goes through a symbolic link that leads out of the archive");
    if (error == ELOOP)
        refuse_entry(name, "goes through a loop of symbolic links");
    if (error == ENOTDIR)
        refuse_entry(name, "lies below something that is no directory");
    throw errno_failure(error, "find the directory of", in_quotes(name));
}

void check_kind(const Entry& entry, const struct stat& there)
{
    const bool is_directory = entry.kind == EntryKind::directory;
    if (S_ISDIR(there.st_mode) == is_directory)
        return;
    throw Failure{ErrorCode::invalid_argument,
                  in_quotes(entry.name) +
                      (is_directory ? " is no directory there, but one in the copy"
                                    : " is a directory there, but none in the copy") +
                      ": remove it first, or choose another name"};
}

} // namespace

int Tree::open_parent(const std::string& path, const std::string& name)
{
    if (parent_ && !is_parent_stale_ && path == parent_path_)
        return parent_.number();
    Fd found = find_directory(root_, path, Links::follow, finding_, &plain_parent_);
    if (!found && (errno == ENOENT || errno == ENOTDIR))
        found = make_parents(path, name);
    if (!found)
        refuse_way(name, errno);
    parent_ = std::move(found);
    parent_path_ = path;
    is_parent_stale_ = false;
    return parent_.number();
}

std::string Tree::plain_path(const std::string& base) const
{
    return plain_parent_.empty() ? base : plain_parent_ + "/" + base;
}

std::string Tree::file_path() const
{
    return plain_path(file_base_);
}

Fd Tree::make_parents(const std::string& path, const std::string& name)
{
    Fd here = find_directory(root_, {}, Links::follow, finding_, &plain_parent_);
    for (std::size_t end = 0; here && end != std::string::npos;) {
        const std::size_t start = end == 0 ? 0 : end + 1;
        end = path.find('/', start);
        const std::string part = path.substr(0, end);
        const std::string base = split(part).base;
        Fd next = find_directory(root_, part, Links::follow, finding_, &plain_parent_);
        if (!next && errno == ENOENT) {
            if (::mkdirat(here.number(), base.c_str(), implied_directory_mode) != 0 && errno == EEXIST)
                refuse_entry(name, "goes through a symbolic link that leads nowhere");
            next = find_directory(root_, part, Links::follow, finding_, &plain_parent_);
        } else if (!next && errno == ENOTDIR && has_replaced_whiteout(here.number(), base, name)) {
            next = find_directory(root_, part, Links::follow, finding_, &plain_parent_);
        }
        here = std::move(next);
    }
    return here;
}

// The layer takes BASE away from those below and has a directory of its own there. Leaves errno.
bool Tree::has_replaced_whiteout(int parent, const std::string& base, const std::string& name)
{
    const int error = errno;
    struct stat status {};
    if (::fstatat(parent, base.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 || !is_whiteout(status)) {
        errno = error;
        return false;
    }
    check_entry(::unlinkat(parent, base.c_str(), 0), "replace the whiteout on the way to", name);
    check_entry(::mkdirat(parent, base.c_str(), implied_directory_mode), "make the directory of", name);
    const Fd directory{::openat(parent, base.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    check_entry(directory.number(), "open the directory of", name);
    mark_opaque(directory.number(), marks_, name);
    return true;
}

// Takes away what has the entry's name already. That may have been the directory that we keep open, or have
// led to it.
Tree::Former Tree::make_room(int parent, const Entry& entry, const std::string& base)
{
    struct stat status {};
    check_entry(::fstatat(parent, base.c_str(), &status, AT_SYMLINK_NOFOLLOW), "look at", entry.name);
    is_parent_stale_ = is_parent_stale_ || S_ISDIR(status.st_mode) || S_ISLNK(status.st_mode);
    if (respect_ == Respect::kinds) {
        check_kind(entry, status);
        // Unlinking would take the mount away too: EBUSY is for those of the process's own namespace alone.
        if (mount_of(parent, base.c_str()) != mount_of(parent)) {
            if (entry.kind == EntryKind::file && S_ISREG(status.st_mode))
                return Former::in_use;
            throw errno_failure(EBUSY, "replace", in_quotes(entry.name));
        }
        check_entry(::unlinkat(parent, base.c_str(), 0), "replace", entry.name);
        return Former::other;
    }
    const std::string path = plain_path(base);
    if (S_ISDIR(status.st_mode)) {
        late_.erase(entry.name);
        late_.erase(late_.lower_bound(entry.name + "/"),
                    late_.lower_bound(entry.name + "0")); // '0' follows '/'
        if (recipe_ != nullptr)
            shelve_below(path);
        links_.erase(links_.lower_bound(path + "/"), links_.lower_bound(path + "0"));
    } else if (S_ISREG(status.st_mode) && status.st_size > 0) {
        shelve(parent, base, path);
    }
    links_.erase(path);
    store::remove_tree_at(parent, base.c_str());
    return is_whiteout(status) ? Former::whiteout : Former::other;
}

// PATH, a file with content, is about to go.
void Tree::shelve(int parent, const std::string& base, const std::string& path)
{
    if (recipe_ == nullptr || links_.contains(path) || path.size() > path_limit)
        return;
    // The filter of system calls wants these flags.
    const Fd file{::openat(parent, base.c_str(), O_RDONLY | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC)};
    check_entry(file.number(), "open", path);
    recipe_->shelve(path, file.number());
}

// One directory is open at a time, however deep the tree is.
void Tree::shelve_below(const std::string& path)
{
    std::vector<std::string> left{path};
    while (!left.empty()) {
        const std::string here = std::move(left.back());
        left.pop_back();
        // The recipe has no longer paths.
        if (here.size() > path_limit)
            continue;
        const Fd directory = find_directory(root_, here, Links::refuse, finding_);
        check_entry(directory.number(), "open", here);
        for (const std::string& base : names_in(directory, here)) {
            struct stat status {};
            check_entry(::fstatat(directory.number(), base.c_str(), &status, AT_SYMLINK_NOFOLLOW), "look at",
                        here);
            std::string below = here;
            below.append("/").append(base);
            if (S_ISDIR(status.st_mode))
                left.push_back(below);
            else if (S_ISREG(status.st_mode) && status.st_size > 0)
                shelve(directory.number(), base, below);
        }
    }
}

template <typename Make>
void Tree::make(const Entry& entry, const char* deed, Make make)
{
    const auto [path, base] = split(entry.name);
    if (base.empty())
        refuse_entry(entry.name, "is the root and no directory");
    const int parent = open_parent(path, entry.name);
    is_in_use_ = false;
    if (make(parent, base.c_str()) == 0)
        return;
    if (errno == EEXIST) {
        is_in_use_ = make_room(parent, entry, base) == Former::in_use;
        if (make(parent, base.c_str()) == 0)
            return;
    }
    throw errno_failure(errno, deed, in_quotes(entry.name));
}

Fd Tree::begin_file(const Entry& entry)
{
    Fd file;
    file_base_ = split(entry.name).base;
    make(entry, "create", [&](int parent, const char* base) {
        file.reset(::openat(parent, base, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY,
                            new_file_mode));
        if (!file && errno == EEXIST && is_in_use_)
            file = begin_again(parent, entry);
        return file ? 0 : -1;
    });
    return file;
}

// The file that is there, without its content.
Fd Tree::begin_again(int parent, const Entry& entry)
{
    // It may have become a pipe meanwhile.
    Fd file{::openat(parent, file_base_.c_str(), O_WRONLY | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    check_entry(file.number(), "open", entry.name);
    check_entry(::ftruncate(file.number(), 0), "empty", entry.name);
    return file;
}

void Tree::end_file(const Fd& file, const Entry& entry)
{
    set_owner_and_mode(file, entry);
    set_xattrs(file, entry.name, entry.xattrs);
    set_time(file, entry.name, entry.mtime);
}

void Tree::add_directory(const Entry& entry)
{
    Fd directory;
    bool is_new = true;
    if (entry.name.empty()) {
        directory = find_directory(root_, {}, Links::refuse, finding_);
        is_new = false;
    } else {
        const auto [path, base] = split(entry.name);
        const int parent = open_parent(path, entry.name);
        const auto open = [&] {
            directory.reset(::openat(parent, base.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        };
        if (::mkdirat(parent, base.c_str(), new_directory_mode) == 0) {
            open();
        } else if (errno == EEXIST) {
            open();
            is_new = !directory;
            if (!directory) { // something else is there
                const Former former = make_room(parent, entry, base);
                check_entry(::mkdirat(parent, base.c_str(), new_directory_mode), "make the directory",
                            entry.name);
                open();
                // What it hides below was to go.
                if (directory && former == Former::whiteout)
                    mark_opaque(directory.number(), marks_, entry.name);
            }
        } else {
            throw errno_failure(errno, "make the directory", in_quotes(entry.name));
        }
    }
    check_entry(directory.number(), "open", entry.name);
    if (respect_ == Respect::kinds && !is_new)
        return;
    set_owner_and_mode(directory, entry);
    Late late{entry.mtime, {}};
    std::vector<Xattr> now;
    for (const Xattr& xattr : entry.xattrs)
        (xattr.name.starts_with("system.") ? late.xattrs : now).push_back(xattr);
    set_xattrs(directory, entry.name, now);
    late_.insert_or_assign(entry.name, std::move(late));
}

void Tree::add_symbolic_link(const Entry& entry)
{
    make(entry, "make the symbolic link",
         [&](int parent, const char* base) { return ::symlinkat(entry.target.c_str(), parent, base); });
    const auto [path, base] = split(entry.name);
    set_link_metadata(open_parent(path, entry.name), base, entry);
}

void Tree::add_hard_link(const Entry& entry)
{
    const auto [target_path, target_base] = split(entry.target);
    const Fd target_parent = find_directory(root_, target_path, Links::refuse, finding_);
    if (!target_parent && (errno == ELOOP || errno == EXDEV))
        refuse_entry(entry.name, "is a hard link through a symbolic link to " + in_quotes(entry.target));
    struct stat target {};
    if (!target_parent || target_base.empty() ||
        ::fstatat(target_parent.number(), target_base.c_str(), &target, AT_SYMLINK_NOFOLLOW) != 0)
        throw Failure{ErrorCode::unreadable_archive, "entry " + in_quotes(entry.name) +
                                                         " is a hard link to " + in_quotes(entry.target) +
                                                         ", which the archive does not have before it"};
    if (S_ISDIR(target.st_mode))
        refuse_entry(entry.name, "is a hard link to a directory");
    make(entry, "make the hard link", [&](int parent, const char* base) {
        struct stat there {};
        // A link to itself, or one that is repeated, is there already.
        if (::fstatat(parent, base, &there, AT_SYMLINK_NOFOLLOW) == 0 && there.st_dev == target.st_dev &&
            there.st_ino == target.st_ino)
            return 0;
        const int result = ::linkat(target_parent.number(), target_base.c_str(), parent, base, 0);
        if (result == 0)
            links_.insert(plain_path(base));
        return result;
    });
}

void Tree::add_fifo(const Entry& entry)
{
    make(entry, "make the named pipe",
         [&](int parent, const char* base) { return ::mknodat(parent, base, S_IFIFO | new_file_mode, 0); });
    const auto [path, base] = split(entry.name);
    set_node_metadata(open_parent(path, entry.name), base, entry);
}

void Tree::add_whiteout(const std::string& name)
{
    const auto [path, base] = split(name);
    const std::string gone = base.substr(whiteout_prefix.size());
    const int parent = open_parent(path, name);
    struct stat status {};
    if (::fstatat(parent, gone.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        check_entry(errno == ENOENT ? 0 : -1, "look at", name);
        return make_whiteout(parent, gone, name);
    }
    // What is there hides what is below by itself, but for a directory.
    if (!S_ISDIR(status.st_mode))
        return;
    const Fd directory{::openat(parent, gone.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    check_entry(directory.number(), "open the directory of", name);
    mark_opaque(directory.number(), marks_, name);
}

void Tree::add_opaque(const std::string& name)
{
    mark_opaque(open_parent(split(name).parent, name), marks_, name);
}

void Tree::add(const Entry& entry)
{
    switch (entry.kind) {
    case EntryKind::directory:
        return add_directory(entry);
    case EntryKind::symbolic_link:
        return add_symbolic_link(entry);
    case EntryKind::hard_link:
        return add_hard_link(entry);
    case EntryKind::fifo:
        return add_fifo(entry);
    case EntryKind::file:
    case EntryKind::character_device:
    case EntryKind::block_device:
        break;
    }
    throw Failure{ErrorCode::internal, "entry " + in_quotes(entry.name) + " is not for add()"};
}

void Tree::finish()
{
    for (const auto& [path, late] : late_) {
        const auto [parent_path, base] = split(path);
        const Fd parent = find_directory(root_, parent_path, Links::follow, finding_);
        const Fd directory{parent ? ::openat(parent.number(), base.empty() ? "." : base.c_str(),
                                             O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                                  : -1};
        // A later entry may have replaced it, or a link on the way to it.
        if (!directory)
            continue;
        set_xattrs(directory, path, late.xattrs);
        set_time(directory, path, late.mtime);
    }
    late_.clear();
}

} // namespace slipway::transfer
