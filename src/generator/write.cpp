// SPDX-License-Identifier: LGPL-2.1-or-later
// Units of Quadlet's files: the file, and the links that enable it.
#include "generator/write.hpp"

#include "base/failure.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"

#include <fcntl.h>

namespace slipway::generator {

void write_unit(const quadlet::Unit& unit, const std::filesystem::path& target)
{
    const std::filesystem::path path = target / unit.name;
    // The directory is new and the manager's alone: what is there already is another generator's.
    const Fd file{
        check(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), "make", path.native())};
    try {
        write_all(file.number(), unit.text, path.native());
    } catch (...) {
        // Half a unit would be taken for one.
        std::error_code error;
        std::filesystem::remove(path, error);
        throw;
    }
    for (const quadlet::Link& link : unit.links) {
        const std::filesystem::path place = target / link.path;
        std::filesystem::create_directories(place.parent_path());
        std::error_code error;
        std::filesystem::create_symlink(link.target, place, error);
        if (error && error != std::errc::file_exists)
            throw Failure{ErrorCode::io_error, "link " + place.native() + ": " + error.message()};
    }
}

} // namespace slipway::generator
