// SPDX-License-Identifier: LGPL-2.1-or-later
// Files: what is read for one project, with a limit on how much that is.
#include "compose/files.hpp"

#include "base/failure.hpp"

namespace slipway::compose {

std::optional<std::string> Files::read(const std::string& path)
{
    constexpr std::size_t count_limit = 500;
    constexpr std::size_t size_limit = 33'554'432;
    if (++count_ > count_limit)
        throw Failure{ErrorCode::invalid_configuration,
                      path + ": more than " + std::to_string(count_limit) + " files belong to this project"};
    std::optional<std::string> text = surroundings_->read_file(path);
    size_ += text ? text->size() : 0;
    if (size_ > size_limit)
        throw Failure{ErrorCode::invalid_configuration, path + ": the project's files have more than 32 MiB"};
    return text;
}

} // namespace slipway::compose
