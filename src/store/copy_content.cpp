// SPDX-License-Identifier: LGPL-2.1-or-later
// Copy content: found, merged, synced.
#include "store/copy_content.hpp"

#include "base/failure.hpp"
#include "store/snapshot/merge.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace slipway::store {

bool copy_content(const std::vector<std::filesystem::path>& layers, const std::string& target,
                  const std::filesystem::path& draft)
{
    const std::optional<LayerUnion> source = LayerUnion::find(layers, target);
    if (!source)
        return false;
    const Fd directory{check(::open(draft.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), "open",
                             draft.native())};
    merge(*source, directory, Sharing::where_possible, {});
    check(::syncfs(directory.number()), "sync", draft.native());
    return true;
}

} // namespace slipway::store
