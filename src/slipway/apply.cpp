// SPDX-License-Identifier: LGPL-2.1-or-later
// A group applied: made, then its job.
#include "slipway/apply.hpp"

#include "slipway/group_verbs.hpp"
#include "slipway/table.hpp"

namespace slipway::cli {

namespace {

bool is_there(Context& context, const std::string& group)
{
    client::Manager manager{context.engine()};
    try {
        context.await(manager.find_group(group));
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::no_such_group)
            throw;
        return false;
    }
    return true;
}

} // namespace

std::string plan_text(Context& context, const std::string& name, client::GroupSettings settings)
{
    std::vector<client::GroupStep> steps;
    if (is_there(context, name)) {
        client::Manager manager{context.engine()};
        client::Group group{context.engine(), context.await(manager.find_group(name))};
        steps = context.await(group.plan(std::move(settings)));
    } else {
        for (const client::MemberSettings& member : settings.members)
            for (std::uint32_t number = 1; number <= member.replicas; ++number)
                steps.push_back({"create", member.name,
                                 member.container.name.value_or(name + "-" + member.name + "-" +
                                                                std::to_string(number))});
    }
    Table table{{"DEED", "MEMBER", "CONTAINER"}};
    for (const client::GroupStep& step : steps)
        table.add({step.deed, step.member, step.container});
    return table.text();
}

void apply_group(Context& context, const std::string& name, client::GroupSettings settings,
                 client::ApplyOptions options)
{
    if (!is_there(context, name)) {
        client::Manager manager{context.engine()};
        client::GroupSettings parts = settings;
        if (options.only)
            parts.members.clear(); // of which the apply has some
        context.await(manager.create_group(name, std::move(parts)));
    }
    run_group_job(context, name,
                  [&settings, &options](client::Group& group) { return group.apply(settings, options); });
}

} // namespace slipway::cli
