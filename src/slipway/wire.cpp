// SPDX-License-Identifier: LGPL-2.1-or-later
// wire: a socket in one container that leads to another, and starts it.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"
#include "slipway/wires.hpp"

namespace slipway::cli {

int wire(Context& context, const Arguments& arguments)
{
    std::string container;
    std::string target;
    std::optional<std::string> name;
    std::optional<std::string> port;
    std::optional<std::string> unix_path;
    bool has_environment = false;
    Options options{
        "wire [OPTIONS] CONTAINER TARGET:PORT",
        "Gives a container a socket that leads to a port of another one, which the first connection starts."};
    options.text("--as", name, "NAME", "By which it is found there; the target's otherwise");
    options.text("--port", port, "PORT", "Its port there; the target's otherwise");
    options.text("--unix", unix_path, "PATH", "A Unix socket there as well, from the next start on");
    options.flag("--env", has_environment, "Set NAME_HOST and NAME_PORT there, from the next start on");
    options.operand("CONTAINER", container, "The container that connects");
    options.operand("TARGET:PORT", target, "Where it leads: a container's name and a port");
    options.parse(arguments);

    client::WireSettings settings = parse_wire_target(target);
    settings.name = name;
    if (port)
        settings.port = parse_port(*port);
    settings.unix_path = unix_path;
    settings.has_environment = has_environment;
    client::Manager manager{context.engine()};
    client::Wire made{context.engine(), context.await(manager.create_wire(container, std::move(settings)))};
    const client::WireInfo info = context.await(made.read());
    print_line(info.container + '/' + info.name);
    return 0;
}

} // namespace slipway::cli
