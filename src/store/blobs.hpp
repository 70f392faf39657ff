// SPDX-License-Identifier: LGPL-2.1-or-later
// Blobs: blobs/sha256/<digest>, configurations and manifests by the digest of their bytes (OCI image layout).
#pragma once

#include "base/digest.hpp"
#include "store/scratch.hpp"

#include <filesystem>
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
    // Throws Failure{io_error} for one that is missing or whose bytes have another digest.
    std::string read(const Digest& digest) const;
    bool has(const Digest& digest) const;
    // No blob there is no failure.
    void remove(const Digest& digest) const;

  private:
    std::filesystem::path at(const Digest& digest) const;

    std::filesystem::path directory_;
    Scratch scratch_;
};

} // namespace slipway::store
