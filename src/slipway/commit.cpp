// SPDX-License-Identifier: LGPL-2.1-or-later
// commit: an image of what a container has become.
#include "client/manager.hpp"
#include "slipway/container_text.hpp"
#include "slipway/output.hpp"
#include "slipway/output_job.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int commit(Context& context, const Arguments& arguments)
{
    std::string name;
    std::optional<std::string> image;
    bool is_not_paused = false;
    client::CommitSettings settings;
    Options options{
        "commit [OPTIONS] NAME [IMAGE]",
        "Makes an image of a container: its image's layers, one more with what it has changed, and its "
        "settings. Prints the image's ID."};
    options.text("-a,--author", settings.author, "AUTHOR",
                 "Who made it, such as 'A. Sailor <a@example.org>'");
    options.list("-c,--change", settings.changes, "INSTRUCTION",
                 "Set the image's configuration, as in 'CMD [\"sh\"]'");
    options.text("-m,--message", settings.comment, "TEXT", "What it is, for the image's history");
    options.flag(
        "-p,--pause", settings.pauses,
        "Let a running one stand still while its files are read: as without it; --pause=false does not");
    options.flag("--no-pause", is_not_paused, "The same as --pause=false");
    options.operand("NAME", name, "The container");
    options.operand("IMAGE", image, "The image's name, such as web:2");
    options.parse(arguments);
    settings.name = image.value_or("");
    settings.pauses = settings.pauses && !is_not_paused;

    client::Manager manager{context.engine()};
    client::Container container{context.engine(), context.await(manager.find_container(name))};
    const std::string path = run_output_job(context, [&] { return container.commit(settings); });
    print_line("sha256:" + image_id(path));
    return 0;
}

} // namespace slipway::cli
