// SPDX-License-Identifier: LGPL-2.1-or-later
// TrialDirectory: mkdtemp(3).
#include "kernel/trial_directory.hpp"

#include "base/failure.hpp"

#include <cstdlib>

namespace slipway::kernel {

std::filesystem::path make_trial_directory(const std::filesystem::path& directory)
{
    std::string name = directory / "probe-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr)
        throw errno_failure(errno, "make a directory in", directory.native());
    return name;
}

TrialDirectory::TrialDirectory(const std::filesystem::path& directory,
                               std::initializer_list<const char*> parts)
    : path_{make_trial_directory(directory)}
{
    for (const char* part : parts)
        std::filesystem::create_directory(path_ / part);
}

TrialDirectory::~TrialDirectory()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

} // namespace slipway::kernel
