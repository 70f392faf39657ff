// SPDX-License-Identifier: LGPL-2.1-or-later
// What the drivers of whole roots share.
#pragma once

#include "store/copy_entry.hpp"
#include "store/snapshot/driver.hpp"

namespace slipway::store {

// Merges the plan's layers, the container's own upper directory over them, into a new PLAN.destination/fs.
void merge_plan(const RootPlan& plan, Sharing sharing);

// Whether trees below DIRECTORY must be shifted, as its file system has no idmapped mounts.
bool must_shift(const std::filesystem::path& directory, Rights rights);

// A directory to try things in, gone with it and with the subvolumes in it.
class TrialDirectory {
  public:
    explicit TrialDirectory(const std::filesystem::path& directory);
    TrialDirectory(const TrialDirectory&) = delete;
    TrialDirectory& operator=(const TrialDirectory&) = delete;
    TrialDirectory(TrialDirectory&&) = delete;
    TrialDirectory& operator=(TrialDirectory&&) = delete;
    ~TrialDirectory();

    const std::filesystem::path& path() const noexcept { return path_; }

  private:
    std::filesystem::path path_;
};

// DEED, which throws where it does not work, as a trial.
template <typename Deed>
Trial trial_of(const Deed& deed)
{
    try {
        deed();
        return {};
    } catch (const std::exception& failure) {
        return {failure.what(), {}, false};
    }
}

} // namespace slipway::store
