// SPDX-License-Identifier: LGPL-2.1-or-later
// copy: every byte of the image once more for each container. Works wherever files can be written.
#include "base/failure.hpp"
#include "store/snapshot/build_steps.hpp"

#include <fcntl.h>
#include <sys/stat.h>

namespace slipway::store {

namespace {

class Copying final : public SnapshotDriver {
  public:
    std::string_view name() const noexcept override { return "copy"; }
    RootKind kind() const noexcept override { return RootKind::whole; }
    Trial try_in(const std::filesystem::path& directory, Rights rights) const override
    {
        Trial trial = trial_of([&] {
            const TrialDirectory place{directory};
            const Fd file{check(::open((place.path() / "file").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600),
                                "make a file in", directory.native())};
            // A tree belongs to many.
            check(::fchown(file.number(), 1, 1), "set the owner of a file in", directory.native());
        });
        trial.must_shift = trial.obstacle.empty() && must_shift(directory, rights);
        return trial;
    }
    void build(const RootPlan& plan) const override { merge_plan(plan, Sharing::never); }
};

} // namespace

const SnapshotDriver& copy_driver()
{
    static const Copying driver;
    return driver;
}

} // namespace slipway::store
