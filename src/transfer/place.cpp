// SPDX-License-Identifier: LGPL-2.1-or-later
// Place: the parent by the kernel, the last component by hand, so that it may be missing, or a link.
#include "transfer/place.hpp"

#include "base/failure.hpp"
#include "transfer/directory_finder.hpp"
#include "transfer/entry_name.hpp"
#include "transfer/limits.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace slipway::transfer {

namespace {

[[noreturn]] void fail(const std::string& path, int error)
{
    if (error == ENOENT || error == ENOTDIR)
        throw Failure{ErrorCode::no_such_file, in_quotes(path) + ": there is no such file or directory"};
    throw errno_failure(error, "open", in_quotes(path));
}

Fd open_directory(int from, const std::string& path, const std::string& whole)
{
    Fd directory{::openat(from, path.c_str(), directory_flags)};
    if (!directory)
        fail(whole, errno);
    return directory;
}

// PATH without the slashes at its end; of "///" one is left.
std::string without_slashes(std::string path)
{
    while (path.size() > 1 && path.back() == '/')
        path.pop_back();
    return path;
}

std::string target_of(const Place& place, const std::string& path)
{
    std::array<char, path_limit + 1> target{};
    const ssize_t length =
        ::readlinkat(place.directory.number(), place.name.c_str(), target.data(), target.size());
    if (length < 0)
        fail(path, errno);
    return {target.data(), static_cast<std::size_t>(length)};
}

// One step: PATH from the open directory FROM; whether what is there is a symbolic link.
bool look_at(Place& place, int from, const std::string& path, const std::string& whole)
{
    const std::string bare = without_slashes(path);
    const std::size_t slash = bare.rfind('/');
    const std::string base = slash == std::string::npos ? bare : bare.substr(slash + 1);
    if (base.empty() || base == "." || base == "..") {
        place.directory = open_directory(from, bare, whole);
        place.name.clear();
        place.is_there = place.is_directory = true;
        return false;
    }
    std::string parent = slash == std::string::npos ? "." : bare.substr(0, slash);
    if (parent.empty())
        parent = "/";
    Fd directory = open_directory(from, parent, whole);
    place.directory = std::move(directory);
    place.name = base;
    place.is_meant_as_directory = place.is_meant_as_directory || path.ends_with('/');
    struct stat status {};
    place.is_there = ::fstatat(place.directory.number(), base.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (!place.is_there && errno != ENOENT)
        fail(whole, errno);
    place.is_directory = place.is_there && S_ISDIR(status.st_mode);
    return place.is_there && S_ISLNK(status.st_mode);
}

} // namespace

Place find_place(const std::string& path, LastLink last)
{
    if (path.empty())
        throw Failure{ErrorCode::invalid_argument, "the path is empty"};
    Place place;
    std::string rest = path;
    bool is_link = look_at(place, AT_FDCWD, rest, path);
    place.called = place.name;
    for (int followed = 0; is_link && (last == LastLink::follow || place.is_meant_as_directory);) {
        if (++followed > link_limit)
            throw errno_failure(ELOOP, "open", in_quotes(path));
        rest = target_of(place, path);
        const Fd from = std::move(place.directory);
        is_link = look_at(place, from.number(), rest, path);
    }
    if (place.is_there && place.is_meant_as_directory && !place.is_directory)
        throw Failure{ErrorCode::invalid_argument, in_quotes(path) + " is no directory: leave the slash out"};
    return place;
}

Fd open_place(const Place& place)
{
    const char* const name = place.name.empty() ? "." : place.name.c_str();
    Fd directory{::openat(place.directory.number(), name, directory_flags | O_NOFOLLOW)};
    if (!directory)
        fail(name, errno);
    return directory;
}

} // namespace slipway::transfer
