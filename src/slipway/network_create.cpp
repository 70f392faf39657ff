// SPDX-License-Identifier: LGPL-2.1-or-later
// network create: a network of its own for some containers.
#include "client/manager.hpp"
#include "slipway/environment.hpp"
#include "slipway/existing.hpp"
#include "slipway/key_values.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

#include <charconv>

namespace slipway::cli {

namespace {

bool read_truth(const std::string& option, const std::string& word)
{
    if (word == "true" || word == "yes" || word == "1")
        return true;
    if (word == "false" || word == "no" || word == "0")
        return false;
    throw UsageError{option + " takes true or false, not '" + word + "'"};
}

std::uint32_t read_mtu(const std::string& word)
{
    std::uint32_t mtu = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), mtu);
    if (error != std::errc{} || end != word.data() + word.size() || mtu == 0)
        throw UsageError{"--mtu takes a number such as 1500, not '" + word + "'"};
    return mtu;
}

// Throws Failure{name_taken} where there is another of the name.
bool is_there_already(Context& context, const std::string& name, const client::NetworkSettings& settings)
{
    client::Manager manager{context.engine()};
    try {
        client::Network network{context.engine(), context.await(manager.find_network(name))};
        require_same("the network " + name, find_difference(settings, context.await(network.read())));
        return true;
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::no_such_network)
            throw;
        return false;
    }
}

} // namespace

int network_create(Context& context, const Arguments& arguments)
{
    client::NetworkSettings settings;
    std::string name;
    std::string ip4 = "true";
    std::string ip6 = "true";
    std::optional<std::string> mtu;
    std::vector<std::string> labels;
    std::vector<std::string> words;
    bool is_ignored = false;
    Options options{"network create [OPTIONS] NAME", "Makes a network and prints its name."};
    options.text("-d,--driver", settings.driver, "bridge|macvlan|ipvlan", "How it is made; bridge otherwise");
    options.list("--subnet", settings.subnets, "SUBNET",
                 "Its addresses, such as 10.1.0.0/16; one of IPv4 and one of IPv6; free ones otherwise");
    options.list("--gateway", settings.gateways, "ADDRESS",
                 "The gateway in a subnet; the first address otherwise");
    options.list("--ip-range", settings.ranges, "RANGE", "The part of a subnet that addresses are given of");
    options.text("--ipv4", ip4, "true|false", "Whether it has IPv4");
    options.text("--ipv6", ip6, "true|false", "Whether it has IPv6");
    options.flag("--internal", settings.is_internal, "Nothing leads out of it");
    options.text("--mtu", mtu, "BYTES", "The largest packet");
    options.text("--interface", settings.interface, "NAME", "The name of its bridge on the host");
    options.list("-o,--opt", words, "KEY=VALUE", "parent=eth0 and mode, of macvlan and ipvlan");
    options.list("--label", labels, "KEY[=VALUE]", "Attach a label");
    options.flag("--ignore", is_ignored, "It may be there already, if it is as asked for");
    options.operand("NAME", name, "Its name");
    options.parse(arguments);

    settings.has_ip4 = read_truth("--ipv4", ip4);
    settings.has_ip6 = read_truth("--ipv6", ip6);
    if (mtu)
        settings.mtu = read_mtu(*mtu);
    settings.labels = parse_labels(labels);
    settings.options = parse_key_values("--opt", words);
    // Looked for first: its own subnet is in use, which would be a reason to refuse it.
    if (!is_ignored || !is_there_already(context, name, settings)) {
        client::Manager manager{context.engine()};
        context.await(manager.create_network(name, std::move(settings)));
    }
    print_line(name);
    return 0;
}

} // namespace slipway::cli
