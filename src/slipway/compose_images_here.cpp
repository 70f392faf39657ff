// SPDX-License-Identifier: LGPL-2.1-or-later
// The images of services brought here, one after the other.
#include "slipway/compose_images_here.hpp"

#include "arguments/options.hpp"
#include "client/image.hpp"
#include "client/manager.hpp"
#include "slipway/compose_build_wish.hpp"
#include "slipway/compose_group.hpp"
#include "slipway/human.hpp"
#include "slipway/registry_job.hpp"

#include <set>

namespace slipway::cli {

namespace {

using When = compose::PullPolicy::When;

std::optional<client::ImageInfo> find_here(Context& context, const std::string& name)
{
    client::Manager manager{context.engine()};
    try {
        client::Image image{context.engine(), context.await(manager.find_image(name))};
        return context.await(image.read());
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::no_such_image)
            throw;
        return std::nullopt;
    }
}

// It came here so long ago that there may be another one.
bool is_stale(const client::ImageInfo& image, const compose::PullPolicy& policy)
{
    return now() - from_usec(image.created_usec) > policy.age;
}

void bring_image(Context& context, const compose::Project& project, const compose::Service& service,
                 const ImagesWish& wish)
{
    const std::string image = image_of(project, service);
    const When when = wish.policy.value_or(service.pull_policy.when);
    const std::optional<client::ImageInfo> here = find_here(context, image);
    if (service.build) {
        if (wish.builds || when == When::build || !here)
            build_service(context, project, service, {});
        return;
    }
    const bool is_refreshed = here && when == When::after && is_stale(*here, service.pull_policy);
    if (when != When::always && here && !is_refreshed)
        return;
    if (!here && when == When::never)
        throw Failure{ErrorCode::no_such_image, "the image " + image + " of the service " + service.name +
                                                    " is not here, and is never to be pulled"};
    if (!here && when != When::always && !wish.is_quiet)
        complain(visible(image) + " is not here: it is pulled\n");
    try {
        pull_image(context, {image,
                             service.platform.empty() ? std::nullopt : std::optional{service.platform},
                             {},
                             wish.is_quiet});
    } catch (const Failure& failure) {
        // A registry that cannot be asked is no reason not to run what is here.
        if (!is_refreshed || failure.code() == ErrorCode::cancelled)
            throw;
        complain("slipway: " + visible(image) + " is used as it is here: " + failure.message() + "\n");
    }
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
