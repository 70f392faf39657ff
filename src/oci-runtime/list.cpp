// SPDX-License-Identifier: LGPL-2.1-or-later
// list: all containers below the root directory.
#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "oci-runtime/container.hpp"

#include <algorithm>

namespace slipway::oci_runtime {

namespace {

using Row = std::vector<std::string>;

std::string table_of(const std::vector<Row>& rows)
{
    std::vector<std::size_t> widths(rows.front().size());
    for (const Row& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            text += row[i] + (i + 1 == row.size() ? "\n" : std::string(widths[i] - row[i].size() + 3, ' '));
    }
    return text;
}

} // namespace

int list(Context& context, const Arguments& arguments)
{
    bool is_quiet = false;
    bool is_json = false;
    Options options = make_options("list [OPTIONS]", "Lists containers.");
    options.flag("-q,--quiet", is_quiet, "IDs only");
    options.format(is_json, "-f,--format");
    options.parse(arguments);

    std::string text;
    Json all = Json::array();
    std::vector<Row> rows{{"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"}};
    for (const std::string& id : Container::ids(context)) {
        try {
            const Container container = Container::find(context, id);
            const Record record = container.record();
            const Status status = container.status(record);
            const pid_t pid = status == Status::stopped ? 0 : record.pid;
            text += id + "\n";
            all.push_back(parse_json(Container::state(record, status)));
            rows.push_back({id, std::to_string(pid), std::string{word_of(status)}, record.bundle,
                            record.created, record.owner});
        } catch (const Failure&) {
            continue; // gone meanwhile
        }
    }
    write_all(1, is_quiet ? text : is_json ? json_text(all) + "\n" : table_of(rows), "standard output");
    return 0;
}

} // namespace slipway::oci_runtime
