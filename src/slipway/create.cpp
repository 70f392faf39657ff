// SPDX-License-Identifier: LGPL-2.1-or-later
// create: a new container from an image, at rest.
#include "client/manager.hpp"
#include "slipway/id_file.hpp"
#include "slipway/output.hpp"
#include "slipway/replace.hpp"
#include "slipway/run_options.hpp"
#include "slipway/verbs.hpp"
#include "slipway/with_image.hpp"

namespace slipway::cli {

int create(Context& context, const Arguments& arguments)
{
    const RunOptions options = read_run_options(arguments, Making::create);
    IdFile file{options.id_file};
    return with_image(context, options, [&] {
        client::Manager manager{context.engine()};
        if (options.replaces)
            remove_if_there(context, *options.settings.name);
        client::Container container{context.engine(), context.await(manager.create(options.settings))};
        const std::string id = context.await(container.read()).id;
        print_line(id);
        file.write(id);
        return 0;
    });
}

} // namespace slipway::cli
