// SPDX-License-Identifier: LGPL-2.1-or-later
// The machine's own files, listed and read; what is not there or not ours to read is empty.
#include "quadlet/own_files.hpp"

#include "base/file.hpp"

#include <filesystem>
#include <sys/stat.h>

namespace slipway::quadlet {

namespace {

std::vector<FoundName> list_directory(const std::string& directory)
{
    std::vector<FoundName> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{directory, error}) {
        FoundName name{entry.path().filename().native(), NameKind::other};
        struct stat status {};
        if (::stat(entry.path().c_str(), &status) == 0) {
            if (S_ISDIR(status.st_mode))
                name.kind = NameKind::directory;
            else if (S_ISREG(status.st_mode))
                name.kind = NameKind::file;
        }
        names.push_back(std::move(name));
    }
    return names;
}

std::string identify_directory(const std::string& directory)
{
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0)
        return directory;
    return std::to_string(status.st_dev) + ':' + std::to_string(status.st_ino);
}

std::string read_text(const std::string& path)
{
    constexpr std::size_t largest = 1U << 20U;
    struct stat status {};
    // Which would be waited for.
    if (::stat(path.c_str(), &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)))
        throw Failure{ErrorCode::io_error, "it is no file"};
    return read_file(path, largest);
}

} // namespace

Files own_files()
{
    return {list_directory, identify_directory, read_text};
}

} // namespace slipway::quadlet
