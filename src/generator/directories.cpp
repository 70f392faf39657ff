// SPDX-License-Identifier: LGPL-2.1-or-later
// Directories: listed and read; what is not there or not ours to read is empty.
#include "generator/directories.hpp"

#include "base/file.hpp"

#include <filesystem>
#include <sys/stat.h>

namespace slipway::generator {

namespace {

std::vector<quadlet::FoundName> list(const std::string& directory)
{
    std::vector<quadlet::FoundName> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{directory, error}) {
        quadlet::FoundName name{entry.path().filename().native(), quadlet::NameKind::other, {}};
        struct stat status {};
        if (::stat(entry.path().c_str(), &status) == 0) {
            if (S_ISDIR(status.st_mode))
                name.kind = quadlet::NameKind::directory;
            else if (S_ISREG(status.st_mode))
                name.kind = quadlet::NameKind::file;
            name.identity = std::to_string(status.st_dev) + ':' + std::to_string(status.st_ino);
        }
        names.push_back(std::move(name));
    }
    return names;
}

} // namespace

quadlet::Files own_files()
{
    constexpr std::size_t largest = 1U << 20U;
    return {list, [](const std::string& path) { return read_file(path, largest); }};
}

} // namespace slipway::generator
