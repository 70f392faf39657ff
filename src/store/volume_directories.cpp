// SPDX-License-Identifier: LGPL-2.1-or-later
// VolumeDirectories: made in tmp/, renamed to their place.
#include "store/volume_directories.hpp"

#include "base/failure.hpp"
#include "store/durable.hpp"
#include "store/volumes.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::store {

namespace {

constexpr const char* data_name = "data";
constexpr mode_t content_mode = 0755;

bool has_nothing(const std::filesystem::path& directory)
{
    std::error_code error;
    const bool is_empty = std::filesystem::is_empty(directory, error);
    if (error == std::errc::permission_denied)
        return false;
    if (error)
        throw errno_failure(error.value(), "list", directory.native());
    return is_empty;
}

[[noreturn]] void refuse_content(std::string_view volume)
{
    throw Failure{ErrorCode::invalid_argument, "the volume " + std::string{volume} + " is not empty"};
}

} // namespace

void VolumeDraft::sync() const
{
    check(::syncfs(directory.number()), "sync", path.native());
}

VolumeDraft VolumeDirectories::make_draft() const
{
    VolumeDraft draft;
    draft.path = scratch_.make_directory();
    draft.data = draft.path / data_name;
    check(::mkdir(draft.data.c_str(), content_mode), "make the directory", draft.data.native());
    draft.directory = Fd{check(::open(draft.data.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
                               "open", draft.data.native())};
    check(::fchmod(draft.directory.number(), content_mode), "set the mode of", draft.data.native());
    return draft;
}

void VolumeDirectories::adopt(const VolumeDraft& draft, std::string_view name) const
{
    const std::filesystem::path place = at(name);
    if (::rename(draft.path.c_str(), place.c_str()) == 0)
        return;
    // One that is there is never empty.
    if (errno == ENOTEMPTY || errno == EEXIST)
        throw Failure{ErrorCode::name_taken, "there is a volume \"" + std::string{name} + "\" already"};
    throw errno_failure(errno, "rename to", place.native());
}

// The directories that are exchanged are the engine's own: their "data" may have become anybody's, and a
// directory can be moved to another by its owner alone.
void VolumeDirectories::replace_content(const VolumeDraft& draft, std::string_view name) const
{
    const std::filesystem::path place = at(name);
    const auto exchange = [&] {
        return ::renameat2(AT_FDCWD, draft.path.c_str(), AT_FDCWD, place.c_str(), RENAME_EXCHANGE);
    };
    if (exchange() == 0) {
        if (has_nothing(draft.data))
            return;
        check(exchange(), "put back", place.native());
        refuse_content(name);
    }
    // Not every file system can do that.
    if (errno == EINVAL && ::rename(draft.data.c_str(), data(name).c_str()) == 0)
        return;
    if (errno == ENOTEMPTY || errno == EEXIST)
        refuse_content(name);
    throw errno_failure(errno, "rename to", place.native());
}

std::filesystem::path VolumeDirectories::at(std::string_view name) const
{
    if (!is_volume_name(name))
        throw Failure{ErrorCode::internal, "not a volume's name: " + std::string{name}};
    return directory_ / name;
}

std::filesystem::path VolumeDirectories::data(std::string_view name) const
{
    return at(name) / data_name;
}

bool VolumeDirectories::has(std::string_view name) const
{
    return is_there(data(name));
}

bool VolumeDirectories::is_empty(std::string_view name) const
{
    return has_nothing(data(name));
}

void VolumeDirectories::sync_place(std::string_view name) const
{
    sync_directory(at(name));
    sync_directory(directory_);
}

std::optional<Trash> VolumeDirectories::take(std::string_view name) const
{
    return scratch_.take(at(name));
}

void VolumeDirectories::put_back(const Trash& trash, std::string_view name) const noexcept
{
    try {
        static_cast<void>(std::rename(trash.c_str(), at(name).c_str()));
    } catch (const std::exception&) {
        return; // then it stays trash
    }
}

std::vector<std::string> VolumeDirectories::list() const
{
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{directory_, error})
        names.push_back(entry.path().filename().native());
    if (error)
        throw errno_failure(error.value(), "list", directory_.native());
    return names;
}

} // namespace slipway::store
