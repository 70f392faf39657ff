// SPDX-License-Identifier: LGPL-2.1-or-later
// compose kill: a signal to the containers of services.
#include "slipway/compose_services.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_kill(Context& context, const Arguments& arguments)
{
    ServicesOptions what;
    std::string signal = "SIGKILL";
    Options options{"compose [-f FILE]... [-p NAME] kill [-s SIGNAL] [SERVICE...]",
                    "Sends a signal to the first process of running containers and prints their names."};
    add_services_options(options, what);
    options.text("-s,--signal", signal, "SIGNAL", "By name or number; SIGKILL if not given");
    options.parse(arguments);

    return for_each_container(context, what, Among::alive, [&context, &signal](client::Container& container) {
        context.await(container.kill(signal));
    });
}

} // namespace slipway::cli
