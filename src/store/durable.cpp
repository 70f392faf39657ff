// SPDX-License-Identifier: LGPL-2.1-or-later
// Names in directories: lstat(2) and fsync(2).
#include "store/durable.hpp"

#include "base/failure.hpp"
#include "base/fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::store {

bool is_there(const std::filesystem::path& path)
{
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

void sync_directory(const std::filesystem::path& directory)
{
    const Fd fd{
        check(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", directory.native())};
    check(::fsync(fd.number()), "sync", directory.native());
}

} // namespace slipway::store
