// SPDX-License-Identifier: LGPL-2.1-or-later
// secret ls: which secrets there are.
#include "client/manager.hpp"
#include "slipway/human.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/table.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int secret_ls(Context& context, const Arguments& arguments)
{
    bool is_quiet = false;
    bool is_json = false;
    Options options{"secret ls [-q] [--format table|json]", "Lists secrets; what they are is never shown."};
    options.flag("-q,--quiet", is_quiet, "Only names");
    options.format(is_json);
    options.parse(arguments);

    client::Manager manager{context.engine()};
    const std::vector<client::SecretInfo> secrets = context.await(manager.list_secrets());
    if (is_json) {
        print(json_text(secrets));
        return 0;
    }
    Table table{{"NAME", "STORED", "GROUP", "CREATED"}};
    std::string lines;
    for (const client::SecretInfo& info : secrets) {
        table.add({info.name, info.is_encrypted ? "encrypted" : "plain", info.group,
                   ago(info.created_usec, now())});
        lines += info.name + "\n";
    }
    print(is_quiet ? lines : table.text());
    return 0;
}

} // namespace slipway::cli
