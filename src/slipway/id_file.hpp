// SPDX-License-Identifier: LGPL-2.1-or-later
// IdFile: the file of --cidfile, which nobody has written before; gone again where there is no container.
#pragma once

#include "base/fd.hpp"

#include <optional>
#include <string>

namespace slipway::cli {

class IdFile {
  public:
    // Makes PATH, if there is one. Throws Failure{io_error, access_denied}.
    explicit IdFile(const std::optional<std::string>& path);
    IdFile(const IdFile&) = delete;
    IdFile& operator=(const IdFile&) = delete;
    IdFile(IdFile&&) = delete;
    IdFile& operator=(IdFile&&) = delete;
    ~IdFile();

    bool is_wanted() const noexcept { return bool{file_}; }
    void write(const std::string& id);

  private:
    std::string path_;
    Fd file_;
    bool is_written_ = false;
};

} // namespace slipway::cli
