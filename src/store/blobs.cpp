// SPDX-License-Identifier: LGPL-2.1-or-later
// Blobs: written under another name, synced, renamed; verified when they are read.
#include "store/blobs.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "hashing/sha256.hpp"
#include "store/durable.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <unistd.h>
#include <vector>

namespace slipway::store {

namespace {

constexpr mode_t blob_mode = 0600;

} // namespace

Digest Blobs::put(std::string_view bytes) const
{
    Digest digest = hashing::digest_of(bytes);
    const std::filesystem::path place = path(digest);
    // One that is damaged is written again.
    if (const std::optional<std::string> there = find_file(place); there && *there == bytes)
        return digest;
    const std::filesystem::path draft = scratch_.new_name();
    const Fd file{check(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, blob_mode), "create",
                        draft.native())};
    try {
        write_all(file.number(), bytes, draft.native());
        check(::fsync(file.number()), "sync", draft.native());
        check(::rename(draft.c_str(), place.c_str()), "rename to", place.native());
    } catch (const Failure&) {
        ::unlink(draft.c_str());
        throw;
    }
    sync_directory(directory_);
    return digest;
}

void Blobs::adopt(const std::filesystem::path& draft, const Digest& digest) const
{
    const Fd file{check(::open(draft.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW), "open", draft.native())};
    check(::fsync(file.number()), "sync", draft.native());
    check(::rename(draft.c_str(), path(digest).c_str()), "rename to", path(digest).native());
    sync_directory(directory_);
}

Fd Blobs::open(const Digest& digest) const
{
    return Fd{check(::open(path(digest).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW), "open",
                    path(digest).native())};
}

void Blobs::link(const Digest& digest, const std::filesystem::path& place) const
{
    if (::link(path(digest).c_str(), place.c_str()) != 0 && errno != EEXIST)
        throw errno_failure(errno, "link", place.native());
}

std::string Blobs::read(const Digest& digest) const
{
    std::optional<std::string> bytes = find_file(path(digest));
    if (!bytes)
        throw Failure{ErrorCode::io_error,
                      "blob " + digest.text() + " is missing: remove its image and import it again"};
    if (hashing::digest_of(*bytes) != digest)
        throw Failure{ErrorCode::io_error,
                      "blob " + digest.text() +
                          " is damaged, its bytes have another digest: remove its image and "
                          "import it again"};
    return *std::move(bytes);
}

bool Blobs::has(const Digest& digest) const
{
    return is_there(path(digest));
}

std::optional<std::string> Blobs::find_fault(const Digest& digest) const
{
    const std::filesystem::path place = path(digest);
    const Fd file{::open(place.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    if (!file && errno == ENOENT)
        return "it is missing";
    check(file.number(), "open", place.native());
    hashing::Sha256 hash;
    std::vector<char> buffer(1U << 20U);
    std::uint64_t size = 0;
    for (;;) {
        const ssize_t count = ::read(file.number(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR)
            continue;
        check(count, "read", place.native());
        if (count == 0)
            break;
        hash.update(buffer.data(), static_cast<std::size_t>(count));
        size += static_cast<std::uint64_t>(count);
    }
    if (hash.finish() == digest)
        return std::nullopt;
    return "its " + std::to_string(size) + " bytes have another digest";
}

void Blobs::remove(const Digest& digest) const
{
    if (::unlink(path(digest).c_str()) != 0 && errno != ENOENT)
        throw errno_failure(errno, "remove", path(digest).native());
}

} // namespace slipway::store
