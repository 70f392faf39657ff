// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks: from docker's words to settings.
#include "slipway/networks.hpp"

namespace slipway::cli {

void add_network_options(Options& options, NetworkOptions& target, client::ContainerSettings& settings)
{
    options.list(
        "--network,--net", target.networks, "NETWORK",
        "Connect it: NAME[:ip=…,ip6=…,mac=…,alias=…,interface=…], none, host, container:NAME, ns:PATH; "
        "of a user's engine: pasta, slirp4netns");
    options.text("--ip", target.ip4, "ADDRESS", "Its IPv4 address on the first of them");
    options.text("--ip6", target.ip6, "ADDRESS", "Its IPv6 address there");
    options.text("--mac-address", target.mac, "ADDRESS", "Its MAC address there");
    options.list("--network-alias", target.aliases, "NAME", "One more name for it there");
    options.list("-p,--publish", settings.ports, "PORT",
                 "Publish a port: [HOST-ADDRESS:][HOST-PORT[-END]:]PORT[-END][/udp]");
    options.flag("-P,--publish-all", settings.publishes_all,
                 "Publish what is exposed, at any ports of the host");
    options.list("--dns", settings.name_servers, "ADDRESS",
                 "Ask this name server, in place of the network's");
    options.list("--dns-search", settings.search_domains, "DOMAIN", "Look for names in this domain too");
    options.list("--dns-option", settings.resolver_options, "OPTION", "An option of resolv.conf(5)");
    options.list("--add-host", settings.hosts, "NAME:ADDRESS",
                 "A line of /etc/hosts; host-gateway is the host's address");
    options.list("--ip-allow", settings.allowed_peers, "PEER",
                 "Let it speak with this address, prefix, any, localhost, link-local or multicast");
    options.list("--ip-deny", settings.denied_peers, "PEER", "Do not, unless it is allowed");
    options.text("--bandwidth", settings.bandwidth, "RATE", "Bits a second: 10m, or down=10m,up=512k");
    options.list("--expose", settings.exposed_ports, "PORT", "Expose a port, besides the image's");
}

void apply(const NetworkOptions& options, client::ContainerSettings& settings)
{
    settings.networks = options.networks;
    std::string words;
    const auto add = [&words](const std::string& key, const std::string& value) {
        words += (words.empty() ? "" : ",") + key + '=' + value;
    };
    if (options.ip4)
        add("ip", *options.ip4);
    if (options.ip6)
        add("ip6", *options.ip6);
    if (options.mac)
        add("mac", *options.mac);
    for (const std::string& alias : options.aliases)
        add("alias", alias);
    if (words.empty())
        return;
    if (settings.networks.empty())
        settings.networks.emplace_back("default");
    std::string& first = settings.networks.front();
    if (first == "none" || first == "host" || first == "pasta" || first == "slirp4netns" ||
        first.starts_with("container:") || first.starts_with("ns:"))
        throw UsageError{"--ip, --ip6, --mac-address and --network-alias go with a network, not with '" +
                         first + "'"};
    first += (first.find(':') == std::string::npos ? ":" : ",") + words;
}

} // namespace slipway::cli
