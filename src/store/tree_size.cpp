// SPDX-License-Identifier: LGPL-2.1-or-later
// The size of a tree: one directory is read at a time, and few are open, however deep and wide it is.
#include "store/tree_size.hpp"

#include "base/failure.hpp"
#include "base/fd.hpp"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace slipway::store {

namespace {

constexpr std::uint64_t block_size = 512; // of st_blocks (inode(7))
// Below PATH_MAX: a longer way starts at an open directory nearer by.
constexpr std::size_t longest_way = 2000;

struct CloseStream {
    void operator()(DIR* stream) const noexcept { ::closedir(stream); }
};

// It went, or became something else, since its name was read; or it is another file system's.
bool is_passed_over(int error)
{
    return error == ENOENT || error == ENOTDIR || error == ELOOP || error == EXDEV;
}

// Without symbolic links on the way (openat2(2), Linux 5.6). Older kernels follow those that somebody puts
// there meanwhile, whose device number then mostly is another.
Fd open_way(int from, const std::string& way)
{
    open_how how{};
    how.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    how.resolve = RESOLVE_NO_XDEV | RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
    Fd fd{static_cast<int>(::syscall(SYS_openat2, from, way.c_str(), &how, sizeof how))};
    if (!fd && (errno == ENOSYS || errno == EPERM))
        fd = Fd{::openat(from, way.c_str(), static_cast<int>(how.flags))};
    return fd;
}

class Measurer {
  public:
    explicit Measurer(dev_t device) noexcept : device_{device} {}

    void add(const struct stat& status)
    {
        if (status.st_nlink < 2 || S_ISDIR(status.st_mode) || seen_.insert(status.st_ino).second)
            bytes_ += static_cast<std::uint64_t>(status.st_blocks) * block_size;
    }

    void add_below(Fd top)
    {
        left_.push_back({std::make_shared<const Fd>(std::move(top)), "."});
        while (!left_.empty()) {
            const Way way = std::move(left_.back());
            left_.pop_back();
            Fd directory = open_way(way.from->number(), way.path);
            if (!directory && is_passed_over(errno))
                continue;
            check(directory.number(), "open", way.path);
            read(std::move(directory), way);
        }
    }

    std::uint64_t bytes() const noexcept { return bytes_; }

  private:
    struct Way {
        std::shared_ptr<const Fd> from;
        std::string path;
    };

    void read(Fd directory, const Way& way)
    {
        Way below = way;
        if (way.path.size() > longest_way)
            below = {std::make_shared<const Fd>(directory.duplicate()), "."};
        const std::unique_ptr<DIR, CloseStream> stream{::fdopendir(directory.number())};
        check(stream ? 0 : -1, "open", way.path);
        static_cast<void>(directory.release());
        for (;;) {
            errno = 0;
            const dirent* const entry = ::readdir(stream.get());
            if (entry == nullptr)
                break;
            const std::string_view name{entry->d_name};
            if (name != "." && name != "..")
                see(::dirfd(stream.get()), entry->d_name, below);
        }
        check(errno == 0 ? 0 : -1, "list", way.path);
    }

    void see(int directory, const char* name, const Way& way)
    {
        struct stat status {};
        if (::fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
            check(is_passed_over(errno) ? 0 : -1, "look at", name);
            return;
        }
        if (status.st_dev != device_)
            return;
        add(status);
        if (S_ISDIR(status.st_mode))
            left_.push_back({way.from, way.path == "." ? name : way.path + "/" + name});
    }

    dev_t device_;
    std::uint64_t bytes_ = 0;
    std::set<ino_t> seen_;
    std::vector<Way> left_;
};

} // namespace

std::uint64_t tree_size(const std::filesystem::path& path)
{
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        check(is_passed_over(errno) ? 0 : -1, "look at", path.native());
        return 0;
    }
    Measurer measurer{status.st_dev};
    measurer.add(status);
    if (S_ISDIR(status.st_mode)) {
        Fd top{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
        if (!top && is_passed_over(errno))
            return 0;
        check(top.number(), "open", path.native());
        measurer.add_below(std::move(top));
    }
    return measurer.bytes();
}

} // namespace slipway::store
