// SPDX-License-Identifier: LGPL-2.1-or-later
// volume inspect: all that is known of volumes, as JSON.
#include "client/manager.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int volume_inspect(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{"volume inspect NAME...", "Prints all that is known about volumes, as a JSON array."};
    options.operands("NAME", names, "Volumes");
    options.parse(arguments);

    std::vector<std::string> objects;
    const int status = context.for_each(names, [&](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Volume volume{context.engine(), context.await(manager.find_volume(name))};
        objects.push_back(context.await(volume.describe()));
    });
    print(array_of(objects));
    return status;
}

} // namespace slipway::cli
