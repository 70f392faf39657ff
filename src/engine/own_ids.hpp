// SPDX-License-Identifier: LGPL-2.1-or-later
// The IDs of a user's engine: user 0 of its containers is the user, the others are the user's subordinate IDs
// (subuid(5), subgid(5)). Files are stored under these very IDs, since a user has no idmapped mounts.
#pragma once

#include "kernel/user_namespace.hpp"
#include "store/scratch.hpp"
#include "store/snapshot/whole_root.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace slipway::engine {

struct UserEntry {
    std::string name; // may be empty: nobody has told
    uid_t uid = 0;
    gid_t gid = 0;
};

// SUBUID and SUBGID: the files' contents. The user's own lines count, by name or number; at most 65,535 IDs
// are taken, in the order of the lines. With none of them there is user 0 only.
kernel::IdRanges own_ranges(const UserEntry& user, std::string_view subuid, std::string_view subgid);

class OwnIds {
  public:
    // The machine's engine: has none of its own.
    OwnIds() = default;
    // PROGRAMS: where slipway-transfer is.
    OwnIds(kernel::IdRanges ranges, std::filesystem::path programs)
        : ranges_{std::move(ranges)}, programs_{std::move(programs)}
    {
    }

    bool is_users() const noexcept { return !ranges_.uids.empty(); }
    const kernel::IdRanges& ranges() const noexcept { return ranges_; }
    // A user namespace of these IDs, made once. Throws Failure.
    const std::shared_ptr<const Fd>& space();

    // Whether DRIVER works below DIRECTORY, with the rights of this engine.
    store::Trial try_driver(const store::SnapshotDriver& driver, const std::filesystem::path& directory);

    // Each to be done by a worker.
    // What removes TRASH.
    std::function<void()> removal(std::vector<store::Trash> trash);
    // What measures TREES (store::tree_size()), to be done by a worker.
    std::function<std::vector<std::uint64_t>()> measurement(std::vector<std::filesystem::path> trees);
    // What builds a whole root.
    std::function<void()> building(store::RootPlan plan);
    // What writes down a container's changes (store::write_changes()). CONTAINER: its directory.
    std::function<void()> comparison(std::filesystem::path container,
                                     std::vector<std::filesystem::path> layers,
                                     std::filesystem::path changes);

    // What copies from an image into a volume, and whether there was anything (store::copy_content()).
    std::function<bool()> filling(std::vector<std::filesystem::path> layers, std::string target,
                                  std::filesystem::path draft);

  private:
    // slipway-transfer with these words, in that namespace. Throws Failure with what it says.
    std::function<std::string()> in_space(std::vector<std::string> words);

    kernel::IdRanges ranges_;
    std::filesystem::path programs_;
    std::shared_ptr<const Fd> space_;
};

} // namespace slipway::engine
