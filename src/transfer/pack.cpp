// SPDX-License-Identifier: LGPL-2.1-or-later
// Pack: directory by directory. One is open at a time, however deep the tree is; nothing on the way is
// followed, so that a container that changes the tree meanwhile leads nowhere.
#include "transfer/pack.hpp"

#include "base/failure.hpp"
#include "transfer/attributes.hpp"
#include "transfer/directory_finder.hpp"
#include "transfer/directory_names.hpp"
#include "transfer/entry_name.hpp"
#include "transfer/file_content.hpp"
#include "transfer/limits.hpp"
#include "transfer/mount_of.hpp"
#include "transfer/tar_writer.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <linux/magic.h>
#include <map>
#include <optional>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace slipway::transfer {

namespace {

constexpr mode_t mode_bits = 07777;
constexpr unsigned long mqueue_magic = 0x19800202; // ipc/mqueue.c of the kernel

Entry entry_of(const struct stat& status, EntryKind kind, const std::string& name)
{
    Entry entry;
    entry.kind = kind;
    entry.name = name;
    entry.mode = status.st_mode & mode_bits;
    entry.uid = status.st_uid;
    entry.gid = status.st_gid;
    entry.mtime = status.st_mtim;
    entry.size = static_cast<std::uint64_t>(status.st_size);
    return entry;
}

// It went, or became something else, since its name was read.
bool has_changed(int error)
{
    return error == ENOENT || error == ELOOP || error == ENOTDIR || error == ENXIO;
}

// Endless, or nothing that a copy could be used for.
bool is_kernels_own(const Fd& directory, const std::string& path)
{
    struct statfs status {};
    check_entry(::fstatfs(directory.number(), &status), "look at the file system of", path);
    constexpr std::array<unsigned long, 11> own{BPF_FS_MAGIC,     CGROUP2_SUPER_MAGIC, CGROUP_SUPER_MAGIC,
                                                DEBUGFS_MAGIC,    DEVPTS_SUPER_MAGIC,  mqueue_magic,
                                                PROC_SUPER_MAGIC, PSTOREFS_MAGIC,      SECURITYFS_MAGIC,
                                                SYSFS_MAGIC,      TRACEFS_MAGIC};
    return std::find(own.begin(), own.end(), static_cast<unsigned long>(status.f_type)) != own.end();
}

class Packer {
  public:
    Packer(int root, const PackSettings& settings, BlobWriter& out)
        : root_{root}, settings_{settings}, out_{out}, writer_{[this](std::string_view bytes) {
              out_.write(bytes);
              if (settings_.progress)
                  settings_.progress(out_.tar_size());
          }}
    {
    }

    SomeNames pack()
    {
        const Fd top = find_directory(root_, {}, Links::refuse);
        check_entry(top.number(), "open", ".");
        mount_ = mount_of(top.number());
        if (settings_.only.empty()) {
            add_directory(top, {});
        } else {
            const auto [parent, base] = split(settings_.only);
            const Fd directory = find_directory(root_, parent, Links::refuse);
            check_entry(directory.number(), "open the directory of", settings_.only);
            if (settings_.below == Below::all_mounts && is_kernels_own(directory, settings_.only))
                throw Failure{ErrorCode::not_supported,
                              in_quotes(settings_.only) +
                                  " is in one of the kernel's own file systems (/proc, /sys), "
                                  "whose files have no size: let a program read it"};
            struct stat status {};
            check_entry(::fstatat(directory.number(), base.c_str(), &status, AT_SYMLINK_NOFOLLOW), "look at",
                        settings_.only);
            add(directory, base, settings_.only);
            if (left_out_.count() > 0)
                throw Failure{ErrorCode::not_supported,
                              in_quotes(settings_.only) +
                                  " is a socket or a device, which cannot be copied, or goes away"};
        }
        while (!left_.empty()) {
            const std::string path = std::move(left_.back());
            left_.pop_back();
            const Fd directory = find_directory(root_, path, Links::refuse);
            if (!directory && has_changed(errno)) {
                left_out_.add(path);
                continue;
            }
            check_entry(directory.number(), "open", path);
            add_directory(directory, path);
        }
        writer_.finish();
        return std::move(left_out_);
    }

  private:
    using Identity = std::pair<dev_t, ino_t>;

    bool is_walked(const Fd& directory, const std::string& path) const
    {
        if (settings_.below == Below::same_mount)
            return mount_of(directory.number()) == mount_;
        return !is_kernels_own(directory, path);
    }

    // In the archive.
    std::string name_of(const std::string& path) const
    {
        if (settings_.called.empty())
            return path;
        if (settings_.only.empty())
            return path.empty() ? settings_.called : settings_.called + "/" + path;
        return settings_.called + path.substr(settings_.only.size());
    }

    void add_directory(const Fd& directory, const std::string& path)
    {
        struct stat status {};
        check_entry(::fstat(directory.number(), &status), "look at", path);
        Entry entry = entry_of(status, EntryKind::directory, name_of(path));
        entry.xattrs = kept_attributes(directory, path);
        writer_.begin(entry);
        if (!is_walked(directory, path))
            return;
        const std::string prefix = path.empty() ? "" : path + "/";
        if (settings_.content == PackContent::changes &&
            overlay_mark(directory, settings_.marks, path) == OverlayMark::opaque)
            add_mark(status, prefix + std::string{opaque_name});
        std::vector<std::string> directories;
        for (const std::string& base : names_in(directory, path))
            if (add(directory, base, prefix + base) == Added::later)
                directories.push_back(prefix + base);
        left_.insert(left_.end(), std::make_move_iterator(directories.rbegin()),
                     std::make_move_iterator(directories.rend()));
    }

    enum class Added { now, later };

    // A directory is for later: the caller's, or with "only" ours.
    Added add(const Fd& directory, const std::string& base, const std::string& path)
    {
        struct stat status {};
        if (::fstatat(directory.number(), base.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
            check_entry(has_changed(errno) ? 0 : -1, "look at", path);
            left_out_.add(path);
            return Added::now;
        }
        const bool has_marks = settings_.content == PackContent::changes;
        const bool is_misread = has_marks && base.starts_with(whiteout_prefix);
        // A directory's name gets a slash.
        if (path.size() >= path_limit || is_misread) {
            left_out_.add(path);
            return Added::now;
        }
        if (S_ISDIR(status.st_mode)) {
            if (path == settings_.only)
                left_.push_back(path);
            return Added::later;
        } else if (has_marks && is_whiteout(status)) {
            add_whiteout(status, path);
        } else if (S_ISREG(status.st_mode)) {
            add_file(directory, base, path);
        } else if (S_ISLNK(status.st_mode)) {
            add_link(directory, base, status, path);
        } else if (S_ISFIFO(status.st_mode)) {
            if (!is_known(status, path))
                writer_.begin(entry_of(status, EntryKind::fifo, name_of(path)));
        } else {
            left_out_.add(path);
        }
        return Added::now;
    }

    // An empty file whose name is what counts.
    void add_mark(const struct stat& status, const std::string& name)
    {
        Entry entry;
        entry.name = name;
        entry.mtime = status.st_mtim;
        writer_.begin(entry);
    }

    void add_whiteout(const struct stat& status, const std::string& path)
    {
        const auto [parent, base] = split(path);
        add_mark(status, (parent.empty() ? "" : parent + "/") + std::string{whiteout_prefix} + base);
    }

    // Whether the file has an earlier name; then it is a link to that one.
    bool is_known(const struct stat& status, const std::string& path)
    {
        if (status.st_nlink < 2)
            return false;
        const auto [known, is_new] = names_.try_emplace({status.st_dev, status.st_ino}, name_of(path));
        if (is_new)
            return false;
        Entry entry = entry_of(status, EntryKind::hard_link, name_of(path));
        entry.target = known->second;
        writer_.begin(entry);
        return true;
    }

    void add_link(const Fd& directory, const std::string& base, const struct stat& status,
                  const std::string& path)
    {
        std::array<char, path_limit + 1> target{};
        const ssize_t length = ::readlinkat(directory.number(), base.c_str(), target.data(), target.size());
        if (length < 0 && (has_changed(errno) || errno == EINVAL))
            return left_out_.add(path);
        check_entry(length < 0 ? -1 : 0, "read the symbolic link", path);
        if (is_known(status, path))
            return;
        Entry entry = entry_of(status, EntryKind::symbolic_link, name_of(path));
        entry.target.assign(target.data(), static_cast<std::size_t>(length));
        writer_.begin(entry);
    }

    void add_file(const Fd& directory, const std::string& base, const std::string& path)
    {
        const Fd file{::openat(directory.number(), base.c_str(),
                               O_RDONLY | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
        if (!file && has_changed(errno))
            return left_out_.add(path);
        check_entry(file.number(), "open", path);
        struct stat status {};
        check_entry(::fstat(file.number(), &status), "look at", path);
        if (!S_ISREG(status.st_mode))
            return left_out_.add(path);
        if (settings_.content == PackContent::changes &&
            overlay_mark(file, settings_.marks, path) == OverlayMark::whiteout)
            return add_whiteout(status, path);
        if (is_known(status, path))
            return;
        Entry entry = entry_of(status, EntryKind::file, name_of(path));
        entry.xattrs = kept_attributes(file, path);
        const std::vector<Extent> extents = find_extents(file, status, path);
        writer_.begin(entry, extents);
        send_file(writer_, file, entry, extents);
    }

    int root_;
    const PackSettings& settings_;
    BlobWriter& out_;
    TarWriter writer_;
    std::uint64_t mount_ = 0;
    // Directories, the next one last.
    std::vector<std::string> left_;
    std::map<Identity, std::string> names_;
    SomeNames left_out_;
};

} // namespace

SomeNames pack(int root, const PackSettings& settings, BlobWriter& out)
{
    return Packer{root, settings, out}.pack();
}

} // namespace slipway::transfer
