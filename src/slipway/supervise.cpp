// SPDX-License-Identifier: LGPL-2.1-or-later
// supervise: the foreground mirror of a container, for a supervisor's unit of it.
#include "client/manager.hpp"
#include "slipway/supervision.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int supervise(Context& context, const Arguments& arguments)
{
    std::string name;
    SupervisionOptions supervision;
    Options options{
        "supervise NAME",
        "Starts a container and stays in the foreground as it: for units of systemd and services of "
        "other supervisors. SIGTERM becomes its stop signal, other signals are passed on, and it "
        "ends as the payload does."};
    add_supervision_options(options, supervision);
    options.operand("NAME", name, "The container, by name or beginning of the ID");
    options.parse(arguments);
    client::Manager manager{context.engine()};
    const std::string path = context.await(manager.find_container(name));
    return supervise_container(context, path, supervision);
}

} // namespace slipway::cli
