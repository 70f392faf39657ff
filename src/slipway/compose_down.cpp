// SPDX-License-Identifier: LGPL-2.1-or-later
// compose down: group rm by docker's word.
#include "client/image.hpp"
#include "slipway/compose_group.hpp"
#include "slipway/compose_services.hpp"
#include "slipway/group_verbs.hpp"
#include "slipway/output.hpp"
#include "slipway/verbs.hpp"

#include <set>

namespace slipway::cli {

namespace {

// They are not the group's, but on its networks.
void remove_one_offs(Context& context, const std::string& group)
{
    client::Manager manager{context.engine()};
    for (const client::ContainerInfo& info : context.await(manager.list()).containers)
        if (info.group == group && info.labels.contains(one_off_label)) {
            client::Container container{context.engine(), info.path};
            context.await(container.remove(client::Removal::forced, client::Container::OwnVolumes::removed));
        }
}

enum class ImagesFate { kept, local_removed, all_removed };

ImagesFate read_fate(const std::optional<std::string>& word)
{
    if (!word)
        return ImagesFate::kept;
    if (*word == "all")
        return ImagesFate::all_removed;
    if (*word == "local")
        return ImagesFate::local_removed;
    throw UsageError{"--rmi takes all or local, not '" + *word + "'"};
}

// Of the services, whether they are enabled or not; local: what is built without a name of its own.
std::set<std::string> images_to_remove(const compose::Project& project, ImagesFate fate)
{
    std::set<std::string> images;
    for (const auto& [name, service] : project.services)
        if (!service.provider &&
            (fate == ImagesFate::all_removed || (service.build && service.image.empty())))
            images.insert(image_of(project, service));
    return images;
}

// One that is not here is as it is to be.
void remove_image_if_here(Context& context, const std::string& name)
{
    client::Manager manager{context.engine()};
    try {
        client::Image image{context.engine(), context.await(manager.find_image(name))};
        context.await(image.remove(name));
        print_line(name);
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::no_such_image)
            throw;
    }
}

} // namespace

int compose_down(Context& context, const Arguments& arguments)
{
    ProjectOptions which;
    bool has_volumes = false;
    bool removes_orphans = false;
    std::optional<std::chrono::microseconds> timeout;
    std::optional<std::string> images_word;
    Options options{"compose [-f FILE]... [-p NAME] down [-v] [--rmi all|local] [-t SECONDS]",
                    "Removes a group with its containers and networks."};
    add_project_options(options, which);
    options.flag("-v,--volumes", has_volumes, "Its volumes too, but for those that others have");
    options.flag("--remove-orphans", removes_orphans, "What the files do not name too, as is done anyway");
    options.text("--rmi", images_word, "all|local",
                 "The images of its services too: all, or those that were built without a name of their own");
    options.seconds("-t,--timeout", timeout, "How long after the stop signal SIGKILL follows");
    options.parse(arguments);

    // Read before anything is done.
    const ImagesFate fate = read_fate(images_word);
    std::set<std::string> images;
    if (fate != ImagesFate::kept)
        images = images_to_remove(load_project(which, {}), fate);
    const std::string group = project_name(which);
    if (timeout)
        run_group_job(context, group, [timeout](client::Group& proxy) { return proxy.stop({{}, timeout}); });
    remove_one_offs(context, group);
    using Fate = client::Group::OwnVolumes;
    const Fate volumes = has_volumes ? Fate::removed : Fate::kept;
    run_group_job(context, group, [volumes](client::Group& proxy) { return proxy.remove(volumes); });
    return context.for_each({images.begin(), images.end()},
                            [&context](const std::string& name) { remove_image_if_here(context, name); });
}

} // namespace slipway::cli
