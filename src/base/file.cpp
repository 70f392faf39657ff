// SPDX-License-Identifier: LGPL-2.1-or-later
// Whole files: read, replaced, kept in memory.
#include "base/file.hpp"

#include "base/failure.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace slipway {

std::string read_all(int fd, std::string_view name, std::size_t limit)
{
    std::string content;
    std::size_t used = 0;
    for (;;) {
        if (content.size() - used < 4096)
            content.resize(content.size() + std::max<std::size_t>(16384, content.size()));
        const ssize_t count = ::read(fd, content.data() + used, content.size() - used);
        if (count < 0 && errno == EINTR)
            continue;
        if (check(count, "read", name) == 0)
            break;
        used += static_cast<std::size_t>(count);
        if (used > limit)
            throw errno_failure(EFBIG, "read", name);
    }
    content.resize(used);
    return content;
}

std::optional<std::string> find_file(const std::filesystem::path& path, std::size_t limit)
{
    const Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
    if (!file && errno == ENOENT)
        return std::nullopt;
    check(file.number(), "open", path.native());
    return read_all(file.number(), path.native(), limit);
}

std::string read_file(const std::filesystem::path& path, std::size_t limit)
{
    std::optional<std::string> content = find_file(path, limit);
    if (!content)
        throw errno_failure(ENOENT, "open", path.native());
    return *std::move(content);
}

void write_all(int fd, std::string_view content, std::string_view name)
{
    while (!content.empty()) {
        const ssize_t count = ::write(fd, content.data(), content.size());
        if (count < 0 && errno == EINTR)
            continue;
        content.remove_prefix(static_cast<std::size_t>(check(count, "write", name)));
    }
}

std::error_code remove_tree(const std::filesystem::path& path) noexcept
{
    std::error_code error;
    do {
        error.clear();
        std::filesystem::remove_all(path, error);
    } while (error == std::errc::no_such_file_or_directory);
    return error;
}

void replace_file(const std::filesystem::path& path, std::string_view content, Durability durability,
                  unsigned mode)
{
    const std::filesystem::path beside = path.native() + ".new";
    {
        const Fd file{
            check(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode),
                  "create", beside.native())};
        write_all(file.number(), content, beside.native());
        if (durability == Durability::disk)
            check(::fsync(file.number()), "sync", beside.native());
    }
    check(::rename(beside.c_str(), path.c_str()), "rename to", path.native());
    if (durability == Durability::disk) {
        const Fd directory{check(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC),
                                 "open", path.parent_path().native())};
        check(::fsync(directory.number()), "sync", path.parent_path().native());
    }
}

Fd make_memory_file(std::string_view name, std::string_view content)
{
    Fd file{check(::memfd_create(std::string{name}.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING),
                  "make a memory file")};
    write_all(file.number(), content, name);
    check(::fcntl(file.number(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL),
          "seal", name);
    check(::lseek(file.number(), 0, SEEK_SET), "rewind", name);
    return file;
}

} // namespace slipway
