// SPDX-License-Identifier: LGPL-2.1-or-later
// image ls: the images, newest first, a line for each of their names.
#include "base/id.hpp"
#include "client/manager.hpp"
#include "slipway/container_text.hpp"
#include "slipway/human.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/table.hpp"
#include "slipway/verbs.hpp"

#include <algorithm>

namespace slipway::cli {

namespace {

std::string table_text(const std::vector<client::ImageInfo>& images, RealTime present)
{
    Table table{{"REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"}};
    for (const client::ImageInfo& info : images) {
        const auto add = [&](const NameParts& name) {
            table.add({visible(name.repository), visible(name.tag), short_id(info.id),
                       ago(info.created_usec, present), human_size(info.size)});
        };
        for (const std::string& name : info.names)
            add(split_reference(name));
        if (info.names.empty())
            add({"<none>", "<none>"});
    }
    return table.text();
}

std::string id_lines(const std::vector<client::ImageInfo>& images)
{
    std::string lines;
    for (const client::ImageInfo& info : images)
        lines += short_id(info.id) + "\n";
    return lines;
}

} // namespace

int image_ls(Context& context, const Arguments& arguments)
{
    bool is_quiet = false;
    bool is_json = false;
    Options options{"image ls [-q] [--format table|json]", "Lists images, the newest first."};
    options.flag("-q,--quiet", is_quiet, "Only IDs");
    options.format(is_json);
    options.parse(arguments);

    client::Manager manager{context.engine()};
    std::vector<client::ImageInfo> images = context.await(manager.list()).images;
    std::sort(images.begin(), images.end(), [](const auto& a, const auto& b) {
        return a.created_usec != b.created_usec ? a.created_usec > b.created_usec : a.id < b.id;
    });

    if (is_quiet)
        print(id_lines(images));
    else
        print(is_json ? json_text(images) : table_text(images, now()));
    return 0;
}

} // namespace slipway::cli
