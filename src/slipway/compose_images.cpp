// SPDX-License-Identifier: LGPL-2.1-or-later
// compose images: what the containers of services were made from.
#include "base/id.hpp"
#include "slipway/compose_services.hpp"
#include "slipway/container_text.hpp"
#include "slipway/human.hpp"
#include "slipway/output.hpp"
#include "slipway/table.hpp"
#include "slipway/verbs.hpp"

#include <algorithm>
#include <set>

namespace slipway::cli {

int compose_images(Context& context, const Arguments& arguments)
{
    ServicesOptions what;
    bool is_quiet = false;
    Options options{"compose [-f FILE]... [-p NAME] images [-q] [SERVICE...]",
                    "Lists the images that the containers of services were made from."};
    add_services_options(options, what);
    options.flag("-q,--quiet", is_quiet, "Only IDs");
    options.parse(arguments);

    client::Manager manager{context.engine()};
    const std::vector<client::ImageInfo> images = context.await(manager.list()).images;
    Table table{{"CONTAINER", "REPOSITORY", "TAG", "IMAGE ID", "SIZE"}};
    std::set<std::string> ids;
    for (const client::ContainerInfo& info :
         containers_of(context, project_name(what.which), what.services, Among::all))
    {
        const std::string id = image_id(info.image_path);
        ids.insert(short_id(id));
        const auto image = std::find_if(images.begin(), images.end(), [&info](const client::ImageInfo& one) {
            return one.path == info.image_path;
        });
        const NameParts name = split_reference(info.image_name);
        table.add({visible(info.name), visible(name.repository), visible(name.tag), short_id(id),
                   image == images.end() ? "" : human_size(image->size)});
    }
    std::string lines;
    for (const std::string& id : ids)
        lines += id + "\n";
    print(is_quiet ? lines : table.text());
    return 0;
}

} // namespace slipway::cli
