// SPDX-License-Identifier: LGPL-2.1-or-later
// The names in a directory: readdir(3), sorted.
#include "transfer/directory_names.hpp"

#include "transfer/entry_name.hpp"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <string_view>

namespace slipway::transfer {

namespace {

struct CloseDirectory {
    void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};

} // namespace

std::vector<std::string> names_in(const Fd& directory, const std::string& path)
{
    // A descriptor of its own, since reading moves the position.
    Fd fd{::openat(directory.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    check_entry(fd.number(), "open", path);
    const std::unique_ptr<DIR, CloseDirectory> stream{::fdopendir(fd.number())};
    check_entry(stream ? 0 : -1, "open", path);
    static_cast<void>(fd.release());
    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const dirent* const entry = ::readdir(stream.get());
        if (entry == nullptr)
            break;
        const std::string_view name{entry->d_name};
        if (name != "." && name != "..")
            names.emplace_back(name);
    }
    check_entry(errno == 0 ? 0 : -1, "list", path);
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace slipway::transfer
