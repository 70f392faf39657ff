// SPDX-License-Identifier: LGPL-2.1-or-later
// A group applied: images first, then the group's job.
#include "slipway/apply.hpp"

#include "slipway/group_verbs.hpp"
#include "slipway/human.hpp"
#include "slipway/output.hpp"
#include "slipway/registry_job.hpp"
#include "slipway/table.hpp"

#include <set>

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

void get_missing_images(Context& context, const client::GroupSettings& settings)
{
    client::Manager manager{context.engine()};
    std::set<std::string> seen;
    for (const client::MemberSettings& member : settings.members) {
        const std::string& image = member.container.image;
        if (!seen.insert(image).second)
            continue;
        try {
            context.await(manager.find_image(image));
            continue;
        } catch (const Failure& failure) {
            if (failure.code() != ErrorCode::no_such_image)
                throw;
        }
        complain(visible(image) + " is not here: it is pulled\n");
        pull_image(context, {image, member.container.platform, {}, false});
    }
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
                 client::Group::Replacing replacing)
{
    get_missing_images(context, settings);
    if (!is_there(context, name)) {
        client::Manager manager{context.engine()};
        context.await(manager.create_group(name, settings));
    }
    run_group_job(context, name,
                  [&settings, replacing](client::Group& group) { return group.apply(settings, replacing); });
}

} // namespace slipway::cli
