// SPDX-License-Identifier: LGPL-2.1-or-later
// dns rm: records that were made by hand.
#include "client/manager.hpp"
#include "slipway/record_data.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int dns_rm(Context& context, const Arguments& arguments)
{
    std::vector<std::string> words;
    Options options{"dns rm NETWORK NAME [TYPE [DATA...]]",
                    "Removes records that were added: all of the name, or of the type, or this one."};
    options.operands("NETWORK", words, "The network, the name, and what else says which record");
    options.parse(arguments);
    if (words.size() < 2)
        throw UsageError{"slipway dns rm needs a network and a name"};

    const std::string type = words.size() > 2 ? words[2] : std::string{};
    std::string data;
    if (words.size() > 3)
        data = record_data(type, {words.begin() + 3, words.end()});
    client::Manager manager{context.engine()};
    client::Network network{context.engine(), context.await(manager.find_network(words[0]))};
    context.await(network.remove_record(words[1], type, data));
    return 0;
}

} // namespace slipway::cli
