// SPDX-License-Identifier: LGPL-2.1-or-later
// The names in a directory, by a descriptor of their own, so that each list begins at the beginning.
#include "store/list_names.hpp"

#include "base/failure.hpp"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>

namespace slipway::store {

std::vector<std::string> list_names(const Fd& directory)
{
    Fd again{
        check(::openat(directory.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open a directory")};
    const std::unique_ptr<DIR, int (*)(DIR*)> list{::fdopendir(again.number()), ::closedir};
    if (!list)
        throw errno_failure(errno, "list a directory");
    static_cast<void>(again.release()); // the list's now
    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const dirent* const entry = ::readdir(list.get());
        if (entry == nullptr)
            break;
        std::string name{static_cast<const char*>(entry->d_name)};
        if (name != "." && name != "..")
            names.push_back(std::move(name));
    }
    if (errno != 0)
        throw errno_failure(errno, "list a directory");
    return names;
}

} // namespace slipway::store
