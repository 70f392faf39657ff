// SPDX-License-Identifier: LGPL-2.1-or-later
// ContainerDirectories: made in tmp/, renamed to their place.
#include "store/container_directories.hpp"

#include "base/failure.hpp"
#include "base/id.hpp"
#include "store/durable.hpp"

#include <array>
#include <cstdio>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::store {

namespace {

constexpr mode_t work_mode = 0700;
constexpr mode_t mode_bits = 07777;

ContainerDirectory parts_of(const std::filesystem::path& path)
{
    return {path, path / "upper", path / "work"};
}

void make_parts(const ContainerDirectory& parts, const struct stat& like)
{
    check(::mkdir(parts.work.c_str(), work_mode), "make the directory", parts.work.native());
    check(::mkdir(parts.upper.c_str(), like.st_mode & mode_bits), "make the directory", parts.upper.native());
    if (like.st_uid != ::geteuid() || like.st_gid != ::getegid())
        check(::chown(parts.upper.c_str(), like.st_uid, like.st_gid), "set the owner of",
              parts.upper.native());
    // After the owner, whose change takes bits away, and whatever the umask.
    check(::chmod(parts.upper.c_str(), like.st_mode & mode_bits), "set the mode of", parts.upper.native());
}

void remove_parts(const ContainerDirectory& parts) noexcept
{
    for (const std::filesystem::path* path : {&parts.upper, &parts.work, &parts.path})
        ::rmdir(path->c_str());
}

} // namespace

ContainerDirectory ContainerDirectories::make(std::string_view id,
                                              const std::filesystem::path& image_root) const
{
    struct stat like {};
    check(::stat(image_root.c_str(), &like), "look at", image_root.native());
    const ContainerDirectory draft = parts_of(scratch_.make_directory());
    ContainerDirectory place = at(id);
    try {
        make_parts(draft, like);
        check(::rename(draft.path.c_str(), place.path.c_str()), "rename to", place.path.native());
    } catch (...) {
        remove_parts(draft);
        throw;
    }
    return place;
}

ContainerDirectory ContainerDirectories::at(std::string_view id) const
{
    if (!is_id(id))
        throw Failure{ErrorCode::internal, "not a container's id: " + std::string{id}};
    return parts_of(directory_ / id);
}

bool ContainerDirectories::has(std::string_view id) const
{
    return is_there(at(id).upper);
}

std::optional<Trash> ContainerDirectories::take(std::string_view id) const
{
    return scratch_.take(at(id).path);
}

} // namespace slipway::store
