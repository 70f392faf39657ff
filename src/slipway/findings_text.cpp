// SPDX-License-Identifier: LGPL-2.1-or-later
// Findings for people and programs.
#include "slipway/findings_text.hpp"

#include "slipway/human.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace slipway::cli {

std::string finding_line(const client::Finding& finding)
{
    std::string kind = finding.kind;
    std::replace(kind.begin(), kind.end(), '-', ' ');
    std::string line = kind + " " + visible(finding.place) + ": " + visible(finding.message);
    for (std::size_t i = 0; i < finding.images.size(); ++i)
        line += (i == 0 ? "; in " : ", ") + visible(finding.images[i]);
    if (!finding.outcome.empty())
        line += (finding.is_settled ? " (repaired: " : " (") + visible(finding.outcome) + ")";
    return line + "\n";
}

std::string findings_json(const std::vector<client::Finding>& findings, const std::string& looked_at)
{
    using Json = nlohmann::ordered_json;
    Json list = Json::array();
    for (const client::Finding& finding : findings)
        list.push_back({{"Kind", finding.kind},
                        {"Place", finding.place},
                        {"Message", finding.message},
                        {"Images", finding.images},
                        {"Outcome", finding.outcome},
                        {"Repaired", finding.is_settled}});
    const Json object{{"Checked", looked_at}, {"Findings", std::move(list)}};
    return object.dump(4, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace slipway::cli
