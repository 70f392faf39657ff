// SPDX-License-Identifier: LGPL-2.1-or-later
// image rm: a name goes, and with its last name the image.
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

namespace {

// Which of the image's names ASKED is; nothing if it is its ID.
std::optional<std::string> find_name(const client::ImageInfo& info, const std::string& asked)
{
    for (const std::string& name : info.names)
        if (name == asked || name == asked + ":latest")
            return name;
    return std::nullopt;
}

void remove_image(Context& context, const std::string& asked)
{
    client::Manager manager{context.engine()};
    client::Image image{context.engine(), context.await(manager.find_image(asked))};
    const client::ImageInfo info = context.await(image.read());
    const std::optional<std::string> name = find_name(info, asked);
    context.await(image.remove(name));

    std::string lines;
    for (const std::string& known : info.names)
        if (!name || known == *name)
            lines += "Untagged: " + known + "\n";
    if (!name || info.names.size() == 1)
        lines += "Deleted: sha256:" + info.id + "\n";
    print(lines);
}

} // namespace

int image_rm(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{
        "image rm NAME...",
        "Takes names away from images; an image goes with its last name. An ID stands for all its names."};
    options.operands("NAME", names, "Images, by reference or beginning of the ID");
    options.parse(arguments);

    return context.for_each(names, [&context](const std::string& name) { remove_image(context, name); });
}

} // namespace slipway::cli
