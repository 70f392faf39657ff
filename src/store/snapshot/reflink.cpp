// SPDX-License-Identifier: LGPL-2.1-or-later
// reflink: a tree of new files that share their content with the layers' until one is written to (FICLONE:
// xfs, btrfs, and whatever else can).
#include "base/failure.hpp"
#include "base/file.hpp"
#include "store/snapshot/build_steps.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

namespace slipway::store {

namespace {

class Reflink final : public SnapshotDriver {
  public:
    std::string_view name() const noexcept override { return "reflink"; }
    RootKind kind() const noexcept override { return RootKind::whole; }
    Trial try_in(const std::filesystem::path& directory, Rights rights) const override
    {
        Trial trial = trial_of([&] {
            const TrialDirectory place{directory};
            const auto open = [&](const char* name) {
                return Fd{check(::open((place.path() / name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600),
                                "make a file in", directory.native())};
            };
            const Fd source = open("source");
            const Fd copy = open("copy");
            write_all(source.number(), std::string(1U << 16U, 'x'), "a file to share");
            if (::ioctl(copy.number(), FICLONE, source.number()) < 0)
                throw errno_failure(errno, "share the content of two files (FICLONE)");
        });
        trial.must_shift = trial.obstacle.empty() && must_shift(directory, rights);
        return trial;
    }
    // A file that cannot be shared, as one without checksums beside one with them, is copied.
    void build(const RootPlan& plan) const override { merge_plan(plan, Sharing::where_possible); }
};

} // namespace

const SnapshotDriver& reflink_driver()
{
    static const Reflink driver;
    return driver;
}

} // namespace slipway::store
