// SPDX-License-Identifier: LGPL-2.1-or-later
// Scratch: random names in tmp/, and renames to there.
#include "store/scratch.hpp"

#include "base/failure.hpp"
#include "base/id.hpp"

#include <cerrno>
#include <cstdio>
#include <sys/stat.h>

namespace slipway::store {

std::filesystem::path Scratch::new_name() const
{
    return directory_ / make_id().substr(0, 32);
}

std::filesystem::path Scratch::make_directory() const
{
    std::filesystem::path path = new_name();
    check(::mkdir(path.c_str(), 0700), "make the directory", path.native());
    return path;
}

std::optional<Trash> Scratch::take(const std::filesystem::path& path) const
{
    Trash trash = new_name();
    if (::rename(path.c_str(), trash.c_str()) == 0)
        return trash;
    if (errno == ENOENT)
        return std::nullopt;
    throw errno_failure(errno, "take away", path.native());
}

std::vector<Trash> Scratch::list() const
{
    std::vector<Trash> trash;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{directory_, error})
        trash.push_back(entry.path());
    if (error)
        throw errno_failure(error.value(), "list", directory_.native());
    return trash;
}

} // namespace slipway::store
