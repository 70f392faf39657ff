// SPDX-License-Identifier: LGPL-2.1-or-later
// Files and directories that come into being whole or not at all: made beside, renamed at the end.
#pragma once

#include "base/fd.hpp"

#include <filesystem>

namespace slipway::cli {

class NewFile {
  public:
    // What is there and no regular file, such as a pipe or a device, is written to as it is. Throws Failure.
    explicit NewFile(const std::filesystem::path& path);
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    NewFile(NewFile&&) = delete;
    NewFile& operator=(NewFile&&) = delete;
    // Nothing is left unless it was kept.
    ~NewFile();

    // For writing; once.
    Fd take() { return std::move(file_); }
    void keep();

  private:
    std::filesystem::path path_;
    std::filesystem::path draft_; // empty: none
    Fd file_;
};

class NewDirectory {
  public:
    // Throws Failure{invalid_argument} where PATH is there and not empty.
    explicit NewDirectory(const std::filesystem::path& path);
    NewDirectory(const NewDirectory&) = delete;
    NewDirectory& operator=(const NewDirectory&) = delete;
    NewDirectory(NewDirectory&&) = delete;
    NewDirectory& operator=(NewDirectory&&) = delete;
    ~NewDirectory();

    const std::filesystem::path& draft() const noexcept { return draft_; }
    void keep();

  private:
    std::filesystem::path path_;
    std::filesystem::path draft_;
};

} // namespace slipway::cli
