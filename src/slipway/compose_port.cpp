// SPDX-License-Identifier: LGPL-2.1-or-later
// compose port: where on the host a port of a service is.
#include "slipway/compose_services.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int compose_port(Context& context, const Arguments& arguments)
{
    ProjectOptions which;
    std::string service;
    std::string port;
    std::string protocol = "tcp";
    std::optional<std::size_t> number;
    Options options{"compose [-f FILE]... [-p NAME] port [OPTIONS] SERVICE PORT",
                    "Prints where on the host a port of a service is."};
    add_project_options(options, which);
    options.text("--protocol", protocol, "tcp|udp|sctp", "Of which protocol; tcp otherwise");
    options.count("--index", number, "N", "Of the container with this number; the first one otherwise");
    options.operand("SERVICE", service, "The service");
    options.operand("PORT", port, "Its port");
    options.parse(arguments);

    const client::ContainerInfo info = container_at(context, project_name(which), service, number);
    const std::string end = "->" + port + "/" + protocol;
    bool is_found = false;
    for (const std::string& published : info.ports) {
        if (!published.ends_with(end))
            continue;
        const std::string place = published.substr(0, published.size() - end.size());
        print_line(place.find(':') == std::string::npos ? "0.0.0.0:" + place : place);
        is_found = true;
    }
    if (!is_found)
        throw Failure{ErrorCode::invalid_argument, info.name + " publishes no port " + port + "/" + protocol};
    return 0;
}

} // namespace slipway::cli
