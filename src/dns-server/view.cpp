// SPDX-License-Identifier: LGPL-2.1-or-later
// View: applies what the log says; complaints go to the journal.
#include "dns-server/view.hpp"

#include "dns-server/complain.hpp"
#include "dns-server/name.hpp"
#include "dns-server/reverse.hpp"

#include <algorithm>

namespace slipway::dns_server {

void View::refresh()
{
    try {
        const std::optional<names::News> news = reader_.read_news();
        last_failure_.clear();
        if (!news)
            return;
        ++generation_;
        if (news->is_anew) {
            table_.clear();
            outlooks_.clear();
            subnets_.clear();
            has_network_ = false;
        }
        if (news->head)
            take_head(*news->head);
        for (const std::string& complaint : news->complaints)
            complain(complaint);
        for (const names::Change& change : news->changes) {
            outlooks_.apply(change);
            for (const std::string& complaint : table_.apply(change))
                complain(complaint);
        }
    } catch (const Failure& failure) {
        // Once, not with each question.
        if (failure.message() != last_failure_)
            complain(failure.message());
        last_failure_ = failure.message();
    }
}

void View::take_head(const names::Head& head)
{
    const std::optional<std::string> zone = parse_name(head.zone);
    if (!zone || is_root(*zone)) {
        complain("'" + head.zone + "' is no zone");
        return;
    }
    zone_ = lower_case(*zone);
    subnets_ = head.subnets;
    forwards_ = head.forwards;
    has_network_ = true;
}

std::optional<std::string_view> View::find_zone(std::string_view name) const
{
    if (is_within(name, zone_))
        return zone_;
    for (const IpPrefix& subnet : subnets_)
        if (const auto zone = find_reverse_zone(name, subnet))
            return zone;
    return std::nullopt;
}

bool View::has_member(const IpAddress& address) const
{
    return std::any_of(subnets_.begin(), subnets_.end(),
                       [&](const IpPrefix& subnet) { return subnet.contains(address); });
}

} // namespace slipway::dns_server
