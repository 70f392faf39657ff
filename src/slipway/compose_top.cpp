// SPDX-License-Identifier: LGPL-2.1-or-later
// compose top: the processes of the containers of services, as ps(1) sees them from the host.
#include "slipway/compose_services.hpp"
#include "slipway/output.hpp"
#include "slipway/processes.hpp"
#include "slipway/tool.hpp"
#include "slipway/verbs.hpp"

#include <unistd.h>

namespace slipway::cli {

int compose_top(Context& context, const Arguments& arguments)
{
    ServicesOptions what;
    Options options{"compose [-f FILE]... [-p NAME] top [SERVICE...]",
                    "Lists the processes of running containers, as ps(1) does on the host."};
    add_services_options(options, what);
    options.parse(arguments);

    const std::optional<std::string> ps = find_program("ps");
    if (!ps)
        throw Failure{ErrorCode::not_supported, "ps is not installed: install procps"};
    for (const client::ContainerInfo& info :
         containers_of(context, project_name(what.which), what.services, Among::alive))
    {
        print_line(info.name);
        std::string numbers;
        for (const int process : processes_beside(static_cast<int>(info.pid)))
            numbers += (numbers.empty() ? "" : ",") + std::to_string(process);
        if (!numbers.empty()) {
            Tool tool{*ps, {"-o", "user,pid,ppid,pcpu,start,time,args", "-p", numbers}, -1, STDOUT_FILENO};
            tool.wait();
        }
        print_line("");
    }
    return 0;
}

} // namespace slipway::cli
