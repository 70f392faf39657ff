// SPDX-License-Identifier: LGPL-2.1-or-later
// Changes: records that end with a NUL character.
#include "slipway/changes.hpp"

#include "base/failure.hpp"
#include "slipway/human.hpp"

#include <nlohmann/json.hpp>

namespace slipway::cli {

namespace {

struct ChangeRecord {
    char kind = 0;
    std::string_view path;
};

// Takes the first one off.
ChangeRecord take_change(std::string_view& list)
{
    const std::size_t end = list.find('\0');
    const std::string_view record = list.substr(0, end);
    if (end == std::string_view::npos || record.size() < 3 || record[1] != ' ' || record[2] != '/' ||
        std::string_view{"ACD"}.find(record[0]) == std::string_view::npos)
        throw Failure{ErrorCode::internal, "the engine's list of changes is not one"};
    list.remove_prefix(end + 1);
    return {record[0], record.substr(2)};
}

} // namespace

std::string changes_text(std::string_view list, Names names)
{
    std::string text;
    while (!list.empty()) {
        const ChangeRecord change = take_change(list);
        text.append({change.kind, ' '});
        if (names == Names::visible)
            text.append(visible(change.path));
        else
            text.append(change.path);
        text.push_back('\n');
    }
    return text;
}

std::string changes_json(std::string_view list)
{
    using Json = nlohmann::ordered_json;
    Json array = Json::array();
    while (!list.empty()) {
        const ChangeRecord change = take_change(list);
        Json object;
        object["Path"] = std::string{change.path};
        object["Kind"] = change.kind == 'C' ? 0 : change.kind == 'A' ? 1 : 2;
        array.push_back(std::move(object));
    }
    return array.dump(4, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace slipway::cli
