// SPDX-License-Identifier: LGPL-2.1-or-later
// system df: what everything takes of the disk.
#include "client/manager.hpp"
#include "slipway/disk_usage_text.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int system_df(Context& context, const Arguments& arguments)
{
    bool is_verbose = false;
    bool is_json = false;
    Options options{"system df [-v] [--format table|json]",
                    "Shows what images, containers, volumes and downloads take of the disk, and what of it a "
                    "prune would give back."};
    options.flag("-v,--verbose", is_verbose, "Each of them");
    options.format(is_json);
    options.parse(arguments);

    client::Manager manager{context.engine()};
    const client::DiskUsage usage = context.await(manager.disk_usage());
    const client::Inventory inventory = context.await(manager.list());
    if (is_json)
        print(usage_json(usage, inventory));
    else
        print(is_verbose ? verbose_text(usage, inventory, now()) : summary_text(usage, inventory));
    return 0;
}

} // namespace slipway::cli
