// SPDX-License-Identifier: LGPL-2.1-or-later
// A directory to try things in that only the kernel can tell to be possible; gone with it.
#pragma once

#include <filesystem>
#include <initializer_list>

namespace slipway::kernel {

// Makes DIRECTORY/probe-…, for its user alone. Throws Failure.
std::filesystem::path make_trial_directory(const std::filesystem::path& directory);

class TrialDirectory {
  public:
    // With PARTS in it. Throws Failure.
    TrialDirectory(const std::filesystem::path& directory, std::initializer_list<const char*> parts);
    TrialDirectory(const TrialDirectory&) = delete;
    TrialDirectory& operator=(const TrialDirectory&) = delete;
    TrialDirectory(TrialDirectory&&) = delete;
    TrialDirectory& operator=(TrialDirectory&&) = delete;
    ~TrialDirectory();

    const std::filesystem::path& path() const noexcept { return path_; }

  private:
    std::filesystem::path path_;
};

} // namespace slipway::kernel
