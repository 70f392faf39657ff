// SPDX-License-Identifier: LGPL-2.1-or-later
// The images of services brought here, one after the other.
#include "slipway/compose_images_here.hpp"

#include "arguments/options.hpp"
#include "client/manager.hpp"
#include "slipway/compose_build_wish.hpp"
#include "slipway/compose_group.hpp"
#include "slipway/human.hpp"
#include "slipway/registry_job.hpp"

#include <set>

namespace slipway::cli {

namespace {

using When = compose::PullPolicy::When;

bool is_image_here(Context& context, const std::string& image)
{
    client::Manager manager{context.engine()};
    try {
        context.await(manager.find_image(image));
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::no_such_image)
            throw;
        return false;
    }
    return true;
}

void bring_image(Context& context, const compose::Project& project, const compose::Service& service,
                 const ImagesWish& wish)
{
    const std::string image = image_of(project, service);
    const When when = wish.policy.value_or(service.pull_policy.when);
    if (service.build) {
        if (wish.builds || when == When::build || !is_image_here(context, image))
            build_service(context, project, service, {});
        return;
    }
    if (when != When::always) {
        if (is_image_here(context, image))
            return;
        if (when == When::never)
            throw Failure{ErrorCode::no_such_image, "the image " + image + " of the service " + service.name +
                                                        " is not here, and is never to be pulled"};
        if (!wish.is_quiet)
            complain(visible(image) + " is not here: it is pulled\n");
    }
    pull_image(context, {image,
                         service.platform.empty() ? std::nullopt : std::optional{service.platform},
                         {},
                         wish.is_quiet});
}

} // namespace

When read_pull_policy(const std::string& word)
{
    if (word == "always")
        return When::always;
    if (word == "missing" || word == "if_not_present")
        return When::missing;
    if (word == "never")
        return When::never;
    if (word == "build")
        return When::build;
    throw UsageError{"--pull takes always, missing, never or build, not '" + word + "'"};
}

void bring_images(Context& context, const compose::Project& project, const std::vector<std::string>& services,
                  const ImagesWish& wish)
{
    std::set<std::string> seen;
    for (const std::string& name : services) {
        const compose::Service& service = project.services.at(name);
        if (!service.provider && seen.insert(image_of(project, service)).second)
            bring_image(context, project, service, wish);
    }
}

} // namespace slipway::cli
