// SPDX-License-Identifier: LGPL-2.1-or-later
// WholeRoot: built, and found again.
#include "store/snapshot/whole_root.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "store/durable.hpp"

#include <fcntl.h>
#include <sstream>
#include <sys/stat.h>

namespace slipway::store {

std::optional<WholeRoot> find_whole_root(const std::filesystem::path& container)
{
    const std::filesystem::path record = container / "root" / "made";
    struct stat status {};
    if (::lstat(record.c_str(), &status) < 0) {
        check(errno == ENOENT ? 0 : -1, "look at", record.native());
        return std::nullopt;
    }
    WholeRoot root{container / "root" / "fs", {}, 0, status.st_ctim};
    std::istringstream words{read_file(record)};
    if (!(words >> root.driver >> root.shift))
        throw Failure{ErrorCode::io_error, record.native() + ": says nothing of the container's root"};
    return root;
}

void build_whole_root(const RootPlan& plan)
{
    const SnapshotDriver* const driver = find_snapshot_driver(plan.driver);
    if (driver == nullptr)
        throw Failure{ErrorCode::internal, "no snapshot driver: " + plan.driver};
    driver->build(plan);
    const std::filesystem::path record = plan.destination / "made";
    const Fd file{check(::open(record.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), "make",
                        record.native())};
    write_all(file.number(), plan.driver + " " + std::to_string(plan.shift) + "\n", record.native());
    check(::syncfs(file.number()), "sync", plan.destination.native());
}

} // namespace slipway::store
