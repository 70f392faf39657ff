// SPDX-License-Identifier: LGPL-2.1-or-later
// image inspect: all that the engine knows about images, as one JSON array.
#include "client/manager.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

int image_inspect(Context& context, const Arguments& arguments)
{
    std::vector<std::string> names;
    Options options{"image inspect NAME...", "Prints all that is known about images, as a JSON array."};
    options.operands("NAME", names, "Images, by reference or beginning of the ID");
    options.parse(arguments);

    std::vector<std::string> descriptions;
    const int status = context.for_each(names, [&context, &descriptions](const std::string& name) {
        client::Manager manager{context.engine()};
        client::Image image{context.engine(), context.await(manager.find_image(name))};
        descriptions.push_back(context.await(image.describe()));
    });
    print(array_of(descriptions));
    return status;
}

} // namespace slipway::cli
