// SPDX-License-Identifier: LGPL-2.1-or-later
// Counters: a file of eight-byte numbers.
#include "wires/counters.hpp"

#include "base/failure.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace slipway::wires {

namespace {

constexpr mode_t owners_alone = 0600;

} // namespace

Counters::Counters(const Fd& file)
{
    void* const place = ::mmap(nullptr, sizeof(Counts), PROT_READ | PROT_WRITE, MAP_SHARED, file.number(), 0);
    if (place == MAP_FAILED)
        throw errno_failure(errno, "map", "the counters of the wire");
    counts_ = static_cast<Counts*>(place);
    counts_->open = 0;
}

Counters::~Counters()
{
    ::munmap(counts_, sizeof(Counts));
}

Fd create_counters(const std::filesystem::path& path)
{
    Fd file{check(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, owners_alone), "create",
                  path.native())};
    check(::ftruncate(file.number(), sizeof(Counts)), "make room in", path.native());
    return file;
}

Counts read_counts(const std::filesystem::path& path) noexcept
{
    Counts counts;
    const Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!file || ::pread(file.number(), &counts, sizeof counts, 0) != sizeof counts)
        return {};
    return counts;
}

} // namespace slipway::wires
