// SPDX-License-Identifier: LGPL-2.1-or-later
// Conversion of a pod: a container that only waits, and holds the network that the pod's containers share.
#include "quadlet/convert.hpp"
#include "quadlet/words.hpp"

namespace slipway::quadlet {

Service convert_pod(Item& item, const Catalog& catalog, const Surroundings& surroundings)
{
    Service service;
    const Words base = base_command(item, surroundings);
    Words words = base;
    words.insert(words.end(), {"run", "--supervise", "--replace", "--rm", "--name", item.resource});
    add_networks(item, catalog, service, words);
    add_options(item, words);
    if (const std::optional<std::string> hostname = item.text("HostName"))
        add_option(words, "--hostname", *hostname);
    add_user_namespace(item, words);
    add_volumes(item, catalog, service, words);
    add_own_words(item, words);
    words.insert(words.end(), {"--pull", "never", "localhost/slipway-pause"});
    if (const Entry* const entry = item.last("ExitPolicy")) {
        const std::string policy = unquoted(entry->value);
        if (policy != "stop" && policy != "continue")
            item.refuse(*entry, "ExitPolicy=" + policy + " is not taken: stop or continue");
    }

    Words image = base;
    image.insert(image.end(), {"unit", "pause-image", "--quiet"});
    service.set_default(item, "Type", "notify");
    service.set_default(item, "NotifyAccess", "main");
    service.set_default(item, "Delegate", "yes");
    service.set_default(item, "KillMode", "mixed");
    service.set_default(item, "SyslogIdentifier", "%N");
    service.set_default(item, "Restart", "on-failure");
    allow_stop(item, service);
    service.set_command("ExecStartPre", image);
    service.set_command("ExecStart", words);
    return service;
}

} // namespace slipway::quadlet
