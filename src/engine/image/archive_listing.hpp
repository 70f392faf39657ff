// SPDX-License-Identifier: LGPL-2.1-or-later
// ArchiveListing: what slipway-transfer's "extract" found in an archive (docs/protocols.md).
#pragma once

#include "base/digest.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace slipway::engine {

struct ArchivedFile {
    std::size_t number; // the name it has now
    std::uint64_t size; // bytes
    Digest digest;      // of all of them

    bool operator==(const ArchivedFile&) const = default;
};

class ArchiveListing {
  public:
    // Throws Failure{internal} for what the program does not write.
    explicit ArchiveListing(std::string_view json);

    // Links are followed, by names alone; nothing where there is none.
    const ArchivedFile* find(const std::string& name) const;
    // The same; throws Failure{invalid_manifest}.
    const ArchivedFile& at(const std::string& name) const;
    bool has(const std::string& name) const { return find(name) != nullptr; }

  private:
    std::map<std::string, ArchivedFile> files_;
    std::map<std::string, std::string> links_;
};

} // namespace slipway::engine
