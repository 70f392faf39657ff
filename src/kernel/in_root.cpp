// SPDX-License-Identifier: LGPL-2.1-or-later
// Paths below a root, part by part: each step opens one name without following it, and ".." goes back the way
// it came, so that nothing moved or exchanged meanwhile leads out.
#include "kernel/in_root.hpp"

#include "base/failure.hpp"

#include <deque>
#include <fcntl.h>
#include <linux/limits.h>
#include <linux/openat2.h>
#include <optional>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <vector>

namespace slipway::kernel {

namespace {

constexpr unsigned most_links = 40; // as the kernel, path_resolution(7)

std::deque<std::string> parts_of(const std::string& path)
{
    std::deque<std::string> parts;
    for (std::size_t begin = 0; begin < path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        if (end > begin && path.compare(begin, end - begin, ".") != 0)
            parts.push_back(path.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

std::string link_target(const Fd& link)
{
    std::string target(PATH_MAX, '\0');
    const ssize_t length =
        check(::readlinkat(link.number(), "", target.data(), target.size()), "read a symbolic link");
    target.resize(static_cast<std::size_t>(length));
    return target;
}

class Walk {
  public:
    Walk(const Fd& root, const std::string& path, std::optional<PlaceKind> made)
        : path_{path}, made_{made}, rest_{parts_of(path)}
    {
        way_.push_back(root.duplicate());
    }

    Fd end()
    {
        while (!rest_.empty()) {
            const std::string part = std::move(rest_.front());
            rest_.pop_front();
            if (part == "..") {
                if (way_.size() > 1)
                    way_.pop_back();
                continue;
            }
            enter(open(part));
        }
        return std::move(way_.back());
    }

  private:
    Fd open(const std::string& part)
    {
        const int parent = way_.back().number();
        constexpr int flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
        Fd found{::openat(parent, part.c_str(), flags)};
        if (found || errno != ENOENT || !made_)
            return Fd{check(found.release(), "open in the root", path_)};
        const int result = rest_.empty() && *made_ == PlaceKind::file
                               ? ::mknodat(parent, part.c_str(), S_IFREG | 0644, 0)
                               : ::mkdirat(parent, part.c_str(), 0755);
        if (result < 0 && errno != EEXIST)
            throw errno_failure(errno, "make in the root", path_);
        return Fd{check(::openat(parent, part.c_str(), flags), "open in the root", path_)};
    }

    void enter(Fd found)
    {
        struct stat status {};
        check(::fstat(found.number(), &status), "look at", path_);
        if (!S_ISLNK(status.st_mode)) {
            way_.push_back(std::move(found));
            return;
        }
        if (++links_ > most_links)
            throw errno_failure(ELOOP, "open in the root", path_);
        const std::string target = link_target(found);
        if (target.starts_with('/'))
            way_.resize(1);
        std::deque<std::string> parts = parts_of(target);
        rest_.insert(rest_.begin(), parts.begin(), parts.end());
    }

    const std::string& path_;
    std::optional<PlaceKind> made_;
    std::deque<std::string> rest_;
    std::vector<Fd> way_; // from the root to where we are
    unsigned links_ = 0;
};

} // namespace

Fd find_in_root(const Fd& root, const std::string& path, int flags)
{
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags) | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    const long result = ::syscall(SYS_openat2, root.number(), path.c_str(), &how, sizeof how);
    if (result >= 0 ||
        (errno != ENOSYS && errno != EPERM)) // EPERM: a system call filter that does not know it
        return Fd{static_cast<int>(result)};
    try {
        Fd place = walk_in_root(root, path);
        if ((flags & O_PATH) != 0)
            return place;
        const std::string link = "/proc/self/fd/" + std::to_string(place.number());
        return Fd{::open(link.c_str(), flags | O_CLOEXEC)};
    } catch (const Failure&) {
        return Fd{};
    }
}

Fd make_in_root(const Fd& root, const std::string& path, PlaceKind kind)
{
    if (Fd found = find_in_root(root, path, O_PATH); found)
        return found;
    return Walk{root, path, kind}.end();
}

Fd walk_in_root(const Fd& root, const std::string& path)
{
    return Walk{root, path, std::nullopt}.end();
}

} // namespace slipway::kernel
