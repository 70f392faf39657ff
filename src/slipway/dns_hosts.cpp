// SPDX-License-Identifier: LGPL-2.1-or-later
// dns hosts: where names are kept for programs that ask no name server.
#include "client/manager.hpp"
#include "slipway/verbs.hpp"

#include <filesystem>

namespace slipway::cli {

int dns_hosts(Context& context, const Arguments& arguments)
{
    std::optional<std::string> file;
    Options options{"dns hosts [FILE|off]", "Keeps the names of running containers in a file of the host."};
    options.operand("FILE", file, "The file, /etc/hosts without one; off takes them out again");
    options.parse(arguments);

    std::string path = file.value_or("/etc/hosts");
    if (path == "off")
        path.clear();
    else
        path = std::filesystem::absolute(path).lexically_normal();
    client::Manager manager{context.engine()};
    context.await(manager.set_hosts_file(path));
    return 0;
}

} // namespace slipway::cli
