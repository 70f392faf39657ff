// SPDX-License-Identifier: LGPL-2.1-or-later
// volume create: a volume before anybody uses it, with what cannot be said at first use.
#include "client/manager.hpp"
#include "slipway/environment.hpp"
#include "slipway/key_values.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int volume_create(Context& context, const Arguments& arguments)
{
    std::optional<std::string> name;
    std::vector<std::string> labels;
    std::vector<std::string> words;
    Options options{"volume create [-o KEY=VALUE]... [--label KEY=VALUE]... [NAME]",
                    "Makes a volume and prints its name, which is made up if there is none."};
    options.list("-o,--opt", words, "KEY=VALUE",
                 "type, device and o as in fstab(5), for a device of its own; size=10g for a limit");
    options.list("--label", labels, "KEY[=VALUE]", "Attach a label");
    options.operand("NAME", name, "Its name");
    options.parse(arguments);

    client::Manager manager{context.engine()};
    const std::string path = context.await(
        manager.create_volume(name.value_or(""), parse_labels(labels), parse_key_values("--opt", words)));
    client::Volume volume{context.engine(), path};
    print_line(context.await(volume.read()).name);
    return 0;
}

} // namespace slipway::cli
