// SPDX-License-Identifier: LGPL-2.1-or-later
// Files: what is read for one project, with a limit on how much that is: included files may include each
// other.
#pragma once

#include "compose/environment.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace slipway::compose {

class Files {
  public:
    // SURROUNDINGS has to outlive it.
    explicit Files(const Surroundings& surroundings) : surroundings_{&surroundings} {}

    // The text of the file at the absolute PATH; nothing where there is none. Throws
    // Failure{invalid_configuration} when a project has read 500 files or 32 MiB.
    std::optional<std::string> read(const std::string& path);

  private:
    const Surroundings* surroundings_;
    std::size_t count_ = 0;
    std::size_t size_ = 0;
};

} // namespace slipway::compose
