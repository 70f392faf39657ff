// SPDX-License-Identifier: LGPL-2.1-or-later
// Blobs: blobs/sha256/<digest>, configurations and manifests by the digest of their bytes (OCI image layout).
#pragma once

#include "base/digest.hpp"
#include "base/fd.hpp"
#include "store/scratch.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::store {

// Holds only paths: may be used by any thread.
class Blobs {
  public:
    Blobs(std::filesystem::path directory, Scratch scratch)
        : directory_{std::move(directory)}, scratch_{std::move(scratch)}
    {
    }

    // Written, synced, renamed to its place; survives a loss of power. For a worker.
    Digest put(std::string_view bytes) const;
    // Takes a file of DIGEST, which the caller has verified, from where it grew in scratch. Synced and
    // renamed to its place. For a worker.
    void adopt(const std::filesystem::path& draft, const Digest& digest) const;
    // Open for reading. Throws Failure{io_error} for one that is missing.
    Fd open(const Digest& digest) const;
    // One more name for it, on the same file system; nothing happens where PATH is taken.
    void link(const Digest& digest, const std::filesystem::path& path) const;
    // Throws Failure{io_error} for one that is missing or whose bytes have another digest.
    std::string read(const Digest& digest) const;
    bool has(const Digest& digest) const;
    // What is wrong with it; nothing for one that is whole. Reads all of it: for a worker. Throws
    // Failure{io_error}.
    std::optional<std::string> find_fault(const Digest& digest) const;
    // No blob there is no failure.
    void remove(const Digest& digest) const;
    // Where it is or would be.
    std::filesystem::path path(const Digest& digest) const { return directory_ / digest.hex(); }

  private:
    std::filesystem::path directory_;
    Scratch scratch_;
};

} // namespace slipway::store
