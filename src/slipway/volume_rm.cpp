// SPDX-License-Identifier: LGPL-2.1-or-later
// volume rm: volumes and their content go away.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int volume_rm(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{"volume rm NAME...", "Removes volumes with their content and prints their names."};
    options.operands("NAME", names, "Volumes that no container has");
    options.parse(arguments);

    return context.for_each(names, [&context](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Volume volume{context.engine(), context.await(manager.find_volume(name))};
        context.await(volume.remove());
        print_line(name);
    });
}

} // namespace slipway::cli
