// SPDX-License-Identifier: LGPL-2.1-or-later
// image tag: one more name for an image.
#include "client/manager.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int image_tag(Context& context, const Arguments& arguments)
{
    std::string image;
    std::vector<std::string> names;
    Options options{"image tag IMAGE NAME...",
                    "Gives an image more names. An image that had such a name loses it."};
    options.operand("IMAGE", image, "The image, by reference or beginning of its ID");
    options.operands("NAME", names, "New names, such as team/app:1.2");
    options.parse(arguments);

    client::Manager manager{context.engine()};
    client::Image found{context.engine(), context.await(manager.find_image(image))};
    return context.for_each(names, [&](const std::string& name) { context.await(found.tag(name)); });
}

} // namespace slipway::cli
