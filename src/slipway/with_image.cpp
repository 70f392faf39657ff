// SPDX-License-Identifier: LGPL-2.1-or-later
// with_image(): tried, pulled, tried again.
#include "slipway/with_image.hpp"

#include "slipway/human.hpp"
#include "slipway/output.hpp"
#include "slipway/registry_job.hpp"

namespace slipway::cli {

int with_image(Context& context, const RunOptions& options, const std::function<int()>& deed)
{
    const PullWish wish{
        options.settings.image, options.settings.platform, options.auth_file, options.is_pull_quiet, false,
        options.retries};
    if (options.pull_when == PullWhen::always)
        pull_image(context, wish);
    try {
        return deed();
    } catch (const Failure& failure) {
        // Asked for no sooner, so that it costs nothing where the image is here.
        if (failure.code() != ErrorCode::no_such_image || options.pull_when != PullWhen::missing)
            throw;
    }
    if (!options.is_pull_quiet)
        complain(visible(options.settings.image) +
                 (options.settings.platform ? " for " + visible(*options.settings.platform) : "") +
                 " is not here: it is pulled\n");
    pull_image(context, wish);
    return deed();
}

} // namespace slipway::cli
