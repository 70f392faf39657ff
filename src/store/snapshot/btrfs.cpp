// SPDX-License-Identifier: LGPL-2.1-or-later
// btrfs: a subvolume for each image, merged from its layers once, and a snapshot of it for each container.
#include "base/failure.hpp"
#include "kernel/subvolume.hpp"
#include "store/durable.hpp"
#include "store/list_names.hpp"
#include "store/remove_tree.hpp"
#include "store/snapshot/build_steps.hpp"
#include "store/snapshot/merge.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>

namespace slipway::store {

namespace {

constexpr const char* tree_name = "fs";

Fd open_tree_of(const std::filesystem::path& path)
{
    return Fd{check(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", path.native())};
}

// Somebody else may make the same meanwhile: whoever is first is kept.
void make_base(const RootPlan& plan)
{
    const TrialDirectory draft{plan.destination.parent_path()};
    const Fd directory = open_tree_of(draft.path());
    kernel::make_subvolume(directory, tree_name);
    const Fd tree = open_tree_of(draft.path() / tree_name);
    merge(LayerUnion::of(plan.layers), tree, Sharing::where_possible, {});
    check(::syncfs(tree.number()), "sync", draft.path().native());
    if (::rename(draft.path().c_str(), plan.base.c_str()) < 0 && errno != ENOTEMPTY && errno != EEXIST)
        throw errno_failure(errno, "rename to", plan.base.native());
    sync_directory(plan.base.parent_path());
}

class Btrfs final : public SnapshotDriver {
  public:
    std::string_view name() const noexcept override { return "btrfs"; }
    RootKind kind() const noexcept override { return RootKind::whole; }
    Trial try_in(const std::filesystem::path& directory, Rights rights) const override
    {
        Trial trial = trial_of([&] {
            const TrialDirectory place{directory};
            const Fd parent = open_tree_of(place.path());
            kernel::make_subvolume(parent, "source");
            kernel::make_snapshot(open_tree_of(place.path() / "source"), parent, "copy");
        });
        trial.must_shift = trial.obstacle.empty() && must_shift(directory, rights);
        return trial;
    }
    void build(const RootPlan& plan) const override
    {
        // Another driver's container has changes that no base knows.
        if (!list_names(open_tree_of(plan.upper)).empty())
            return merge_plan(plan, Sharing::where_possible);
        if (!is_there(plan.base / tree_name))
            make_base(plan);
        kernel::make_snapshot(open_tree_of(plan.base / tree_name), open_tree_of(plan.destination), tree_name);
        if (plan.shift != 0)
            shift_tree(open_tree_of(plan.destination / tree_name), IdShift::to_container(plan.shift));
    }
};

} // namespace

const SnapshotDriver& btrfs_driver()
{
    static const Btrfs driver;
    return driver;
}

} // namespace slipway::store
