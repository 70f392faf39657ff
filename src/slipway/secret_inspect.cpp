// SPDX-License-Identifier: LGPL-2.1-or-later
// secret inspect: all that is told of secrets.
#include "client/manager.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

#include <algorithm>

namespace slipway::cli {

int secret_inspect(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{"secret inspect NAME...",
                    "Prints what is known about secrets but for their values, as a JSON array."};
    options.operands("NAME", names, "Secrets");
    options.parse(arguments);

    client::Manager manager{context.engine()};
    const std::vector<client::SecretInfo> secrets = context.await(manager.list_secrets());
    std::vector<client::SecretInfo> found;
    const int status = context.for_each(names, [&](const std::string& name) {
        const auto info = std::find_if(secrets.begin(), secrets.end(),
                                       [&name](const client::SecretInfo& one) { return one.name == name; });
        if (info == secrets.end())
            throw Failure{ErrorCode::no_such_secret, "no secret \"" + name + "\""};
        found.push_back(*info);
    });
    print(json_text(found));
    return status;
}

} // namespace slipway::cli
