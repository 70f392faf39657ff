// SPDX-License-Identifier: LGPL-2.1-or-later
// version: this program's and the engine's.
#include "client/manager.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"
#include "slipway_config.hpp"

namespace slipway::cli {

int version(Context& context, const Arguments& arguments)
{
    bool is_json = false;
    Options options{"version [--format table|json]",
                    "Prints the versions of this program and of the engine."};
    options.format(is_json);
    options.parse(arguments);

    // An engine out of reach does not make this program's version unknown.
    std::optional<Failure> unreached;
    std::string engine;
    try {
        client::Manager manager{context.engine()};
        engine = context.await(manager.read()).version;
    } catch (const Failure& failure) {
        unreached = failure;
    }
    if (is_json)
        print(version_json(SLIPWAY_VERSION, engine));
    else
        print("Client: " SLIPWAY_VERSION "\n" + (engine.empty() ? "" : "Engine: " + engine + "\n"));
    if (unreached)
        throw *unreached;
    return 0;
}

} // namespace slipway::cli
