// SPDX-License-Identifier: LGPL-2.1-or-later
// A file's content: pread(2), and SEEK_DATA of lseek(2).
#include "transfer/file_content.hpp"

#include "base/failure.hpp"
#include "transfer/entry_name.hpp"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <unistd.h>

namespace slipway::transfer {

namespace {

constexpr std::size_t buffer_size = 256U << 10U;
constexpr blkcnt_t stat_block = 512;

void send_zeros(TarWriter& writer, std::uint64_t size)
{
    static const std::string zeros(buffer_size, '\0');
    for (; size != 0; size -= std::min<std::uint64_t>(size, zeros.size()))
        writer.data(std::string_view{zeros}.substr(0, std::min<std::uint64_t>(size, zeros.size())));
}

} // namespace

std::vector<Extent> find_extents(const Fd& file, const struct stat& status, const std::string& name)
{
    std::vector<Extent> extents;
    if (status.st_blocks * stat_block >= status.st_size)
        return extents;
    for (off_t end = 0; end < status.st_size;) {
        const off_t start = ::lseek(file.number(), end, SEEK_DATA);
        if (start < 0 && errno == ENXIO)
            break;
        // A file system that knows no holes.
        if (start < 0 && errno == EINVAL)
            return {};
        check_entry(start < 0 ? -1 : 0, "look for the data of", name);
        if (start >= status.st_size)
            break;
        end = ::lseek(file.number(), start, SEEK_HOLE);
        check_entry(end < 0 ? -1 : 0, "look for the holes of", name);
        end = std::min(end, status.st_size);
        extents.push_back({static_cast<std::uint64_t>(start), static_cast<std::uint64_t>(end - start)});
    }
    // One that is compressed on the disk has no holes.
    if (extents.size() == 1 && extents.front().size == static_cast<std::uint64_t>(status.st_size))
        extents.clear();
    // All of it is a hole, which takes an extent of no bytes to say.
    else if (extents.empty())
        extents.push_back({static_cast<std::uint64_t>(status.st_size), 0});
    return extents;
}

void send_file(TarWriter& writer, const Fd& file, const Entry& entry, const std::vector<Extent>& extents)
{
    static std::vector<char> buffer(buffer_size);
    const std::vector<Extent> whole{{0, entry.size}};
    std::uint64_t place = 0;
    for (const Extent& extent : extents.empty() ? whole : extents) {
        send_zeros(writer, extent.offset - place);
        place = extent.offset;
        while (place < extent.offset + extent.size) {
            const std::size_t wanted =
                std::min<std::uint64_t>(buffer.size(), extent.offset + extent.size - place);
            const ssize_t count = ::pread(file.number(), buffer.data(), wanted, static_cast<off_t>(place));
            if (count < 0 && errno == EINTR)
                continue;
            check_entry(count < 0 ? -1 : 0, "read", entry.name);
            if (count == 0)
                break;
            writer.data({buffer.data(), static_cast<std::size_t>(count)});
            place += static_cast<std::uint64_t>(count);
        }
        send_zeros(writer, extent.offset + extent.size - place);
        place = extent.offset + extent.size;
    }
    send_zeros(writer, entry.size - place);
}

} // namespace slipway::transfer
