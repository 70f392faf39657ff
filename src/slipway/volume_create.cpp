// SPDX-License-Identifier: LGPL-2.1-or-later
// volume create: a volume before anybody uses it, with what cannot be said at first use.
#include "client/manager.hpp"
#include "slipway/environment.hpp"
#include "slipway/existing.hpp"
#include "slipway/key_values.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int volume_create(Context& context, const Arguments& arguments)
{
    std::optional<std::string> name;
    std::vector<std::string> labels;
    std::vector<std::string> words;
    bool is_ignored = false;
    Options options{"volume create [-o KEY=VALUE]... [--label KEY=VALUE]... [--ignore] [NAME]",
                    "Makes a volume and prints its name, which is made up if there is none."};
    options.list("-o,--opt", words, "KEY=VALUE",
                 "type, device and o as in fstab(5), for a device of its own; size=10g for a limit");
    options.list("--label", labels, "KEY[=VALUE]", "Attach a label");
    options.flag("--ignore", is_ignored, "It may be there already, if it is as asked for");
    options.operand("NAME", name, "Its name");
    options.parse(arguments);

    client::Manager manager{context.engine()};
    const std::map<std::string, std::string> kept_labels = parse_labels(labels);
    const std::map<std::string, std::string> settings = parse_key_values("--opt", words);
    std::string path;
    try {
        path = context.await(manager.create_volume(name.value_or(""), kept_labels, settings));
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::name_taken || !is_ignored)
            throw;
        path = context.await(manager.find_volume(*name));
        client::Volume existing{context.engine(), path};
        require_same("the volume " + *name,
                     find_difference(kept_labels, settings, context.await(existing.describe())));
    }
    client::Volume volume{context.engine(), path};
    print_line(context.await(volume.read()).name);
    return 0;
}

} // namespace slipway::cli
