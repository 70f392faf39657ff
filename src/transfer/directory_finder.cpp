// SPDX-License-Identifier: LGPL-2.1-or-later
// DirectoryFinder: openat2(2) with RESOLVE_BENEATH, and the same by hand.
#include "transfer/directory_finder.hpp"

#include "transfer/limits.hpp"

#include <climits>

#include <array>
#include <cerrno>
#include <deque>
#include <linux/openat2.h>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <vector>

namespace slipway::transfer {

namespace {

Fd fail(int error)
{
    errno = error;
    return Fd{};
}

Fd find_by_kernel(int root, const std::string& path, Links links)
{
    open_how how{};
    how.flags = directory_flags;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    if (links == Links::refuse)
        how.resolve |= RESOLVE_NO_SYMLINKS;
    const char* const name = path.empty() ? "." : path.c_str();
    for (;;) {
        const long fd = ::syscall(SYS_openat2, root, name, &how, sizeof how);
        // A rename elsewhere may have made the kernel unsure.
        if (fd < 0 && errno == EAGAIN)
            continue;
        return Fd{static_cast<int>(fd)};
    }
}

// Parts of PATH before those of REST.
void put_first(std::deque<std::string>& rest, std::string_view path)
{
    std::vector<std::string> parts;
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        const std::string_view part = path.substr(0, slash);
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
        if (!part.empty() && part != ".")
            parts.emplace_back(part);
    }
    rest.insert(rest.begin(), parts.begin(), parts.end());
}

// Where the link NAME leads; nothing and errno where it is no link.
std::optional<std::string> find_target(int parent, const std::string& name)
{
    std::array<char, PATH_MAX> target{};
    const ssize_t length = ::readlinkat(parent, name.c_str(), target.data(), target.size());
    if (length < 0)
        return std::nullopt;
    return std::string{target.data(), static_cast<std::size_t>(length)};
}

std::string joined(const std::vector<std::string>& names)
{
    std::string path;
    for (const std::string& name : names)
        path.append(path.empty() ? "" : "/").append(name);
    return path;
}

Fd find_by_component(int root, const std::string& path, Links links, std::string* plain)
{
    std::vector<Fd> way; // the directories from below the root to where we are
    std::vector<std::string> names;
    std::deque<std::string> rest;
    put_first(rest, path);
    int followed = 0;
    while (!rest.empty()) {
        const std::string part = std::move(rest.front());
        rest.pop_front();
        if (part == "..") {
            if (way.empty())
                return fail(EXDEV);
            way.pop_back();
            names.pop_back();
            continue;
        }
        const int here = way.empty() ? root : way.back().number();
        Fd next{::openat(here, part.c_str(), directory_flags | O_NOFOLLOW)};
        if (next) {
            way.push_back(std::move(next));
            names.push_back(part);
            continue;
        }
        const int error = errno;
        if (error != ENOTDIR && error != ELOOP)
            return fail(error);
        const std::optional<std::string> target = find_target(here, part);
        if (!target)
            return fail(ENOTDIR);
        if (links == Links::refuse || ++followed > link_limit)
            return fail(ELOOP);
        if (target->starts_with('/'))
            return fail(EXDEV);
        put_first(rest, *target);
    }
    if (plain != nullptr)
        *plain = joined(names);
    if (way.empty())
        return Fd{::openat(root, ".", directory_flags)};
    return std::move(way.back());
}

} // namespace

Fd find_directory(int root, const std::string& path, Links links, Finding finding, std::string* plain)
{
    if (finding == Finding::best) {
        // The kernel does not say which way it went: where that is asked for, it is to find no link.
        const bool is_way_wanted = plain != nullptr && links == Links::follow;
        Fd found = find_by_kernel(root, path, is_way_wanted ? Links::refuse : links);
        if (found && plain != nullptr)
            *plain = path;
        // EPERM: older container engines' filters know no openat2 and answer so.
        if (found || (errno != ENOSYS && errno != EPERM && !(is_way_wanted && errno == ELOOP)))
            return found;
    }
    return find_by_component(root, path, links, plain);
}

} // namespace slipway::transfer
