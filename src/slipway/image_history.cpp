// SPDX-License-Identifier: LGPL-2.1-or-later
// image history: how an image came to be, the newest step first.
#include "client/manager.hpp"
#include "slipway/human.hpp"
#include "slipway/json_text.hpp"
#include "slipway/output.hpp"
#include "slipway/table.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

namespace {

constexpr std::size_t history_column = 60;

std::string table_of(const std::vector<client::HistoryStep>& steps, std::size_t limit)
{
    Table table{{"CREATED", "SIZE", "CREATED BY", "COMMENT"}};
    for (auto step = steps.rbegin(); step != steps.rend(); ++step)
        table.add({step->created.empty() ? "-" : visible(step->created), human_size(step->size),
                   shortened(visible(step->created_by), limit), shortened(visible(step->comment), limit)});
    return table.text();
}

} // namespace

int image_history(Context& context, const Arguments& arguments)
{
    std::string name;
    bool is_json = false;
    bool is_whole = false;
    Options options{"image history [--no-trunc] [--format table|json] IMAGE",
                    "Shows how an image came to be, the newest step first."};
    options.flag("--no-trunc", is_whole, "Do not shorten commands");
    options.format(is_json);
    options.operand("IMAGE", name, "The image, by reference or beginning of its ID");
    options.parse(arguments);

    client::Manager manager{context.engine()};
    client::Image image{context.engine(), context.await(manager.find_image(name))};
    const std::vector<client::HistoryStep> steps = context.await(image.history());
    print(is_json ? json_text(steps) : table_of(steps, is_whole ? 0 : history_column));
    return 0;
}

} // namespace slipway::cli
