// SPDX-License-Identifier: LGPL-2.1-or-later
// TemporaryDirectory: a directory of a test's own, gone with it.
#pragma once

#include "base/failure.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

namespace slipway::testing {

class TemporaryDirectory {
  public:
    TemporaryDirectory()
    {
        std::string name = (std::filesystem::temp_directory_path() / "slipway-test-XXXXXX").native();
        check(::mkdtemp(name.data()) == nullptr ? -1 : 0, "make the directory", name);
        path_ = name;
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    TemporaryDirectory(TemporaryDirectory&&) = delete;
    TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
    ~TemporaryDirectory()
    {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }

    const std::filesystem::path& path() const noexcept { return path_; }
    std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

} // namespace slipway::testing
