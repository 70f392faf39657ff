// SPDX-License-Identifier: LGPL-2.1-or-later
// What the drivers of whole roots share.
#include "store/snapshot/build_steps.hpp"

#include "base/failure.hpp"
#include "kernel/mapped_overlay.hpp"
#include "kernel/trial_directory.hpp"
#include "store/remove_tree.hpp"
#include "store/snapshot/merge.hpp"

#include <fcntl.h>
#include <sys/stat.h>

namespace slipway::store {

void merge_plan(const RootPlan& plan, Sharing sharing)
{
    const std::filesystem::path place = plan.destination / "fs";
    check(::mkdir(place.c_str(), 0700), "make the directory", place.native());
    const Fd to{check(::open(place.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", place.native())};
    std::vector<std::filesystem::path> layers{plan.upper};
    layers.insert(layers.end(), plan.layers.begin(), plan.layers.end());
    merge(LayerUnion::of(layers), to, sharing,
          plan.shift == 0 ? IdShift{} : IdShift::to_container(plan.shift));
}

bool must_shift(const std::filesystem::path& directory, Rights rights)
{
    return rights == Rights::roots && !kernel::find_mapping_obstacle(directory).empty();
}

TrialDirectory::TrialDirectory(const std::filesystem::path& directory)
    : path_{kernel::make_trial_directory(directory)}
{
}

TrialDirectory::~TrialDirectory()
{
    try {
        remove_tree(path_);
    } catch (const std::exception&) {
        return; // a sweep's
    }
}

} // namespace slipway::store
