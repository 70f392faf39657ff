// SPDX-License-Identifier: LGPL-2.1-or-later
// Blobs: written under another name, synced, renamed; verified when they are read.
#include "store/blobs.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "store/durable.hpp"
#include "store/sha256.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

namespace slipway::store {

namespace {

constexpr mode_t blob_mode = 0600;

} // namespace

Digest Blobs::put(std::string_view bytes) const
{
    Digest digest = digest_of(bytes);
    const std::filesystem::path place = at(digest);
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
    check(::rename(draft.c_str(), at(digest).c_str()), "rename to", at(digest).native());
    sync_directory(directory_);
}

Fd Blobs::open(const Digest& digest) const
{
    return Fd{
        check(::open(at(digest).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW), "open", at(digest).native())};
}

void Blobs::link(const Digest& digest, const std::filesystem::path& path) const
{
    if (::link(at(digest).c_str(), path.c_str()) != 0 && errno != EEXIST)
        throw errno_failure(errno, "link", path.native());
}

std::string Blobs::read(const Digest& digest) const
{
    std::optional<std::string> bytes = find_file(at(digest));
    if (!bytes)
        throw Failure{ErrorCode::io_error,
                      "blob " + digest.text() + " is missing: remove its image and import it again"};
    if (digest_of(*bytes) != digest)
        throw Failure{ErrorCode::io_error,
                      "blob " + digest.text() +
                          " is damaged, its bytes have another digest: remove its image and "
                          "import it again"};
    return *std::move(bytes);
}

bool Blobs::has(const Digest& digest) const
{
    return is_there(at(digest));
}

void Blobs::remove(const Digest& digest) const
{
    if (::unlink(at(digest).c_str()) != 0 && errno != ENOENT)
        throw errno_failure(errno, "remove", at(digest).native());
}

std::filesystem::path Blobs::at(const Digest& digest) const
{
    return directory_ / digest.hex();
}

} // namespace slipway::store
