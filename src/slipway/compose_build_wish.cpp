// SPDX-License-Identifier: LGPL-2.1-or-later
// A service's build, as words for the programs that build.
#include "slipway/compose_build_wish.hpp"

#include "slipway/build_image.hpp"
#include "slipway/compose_group.hpp"

#include <filesystem>

namespace slipway::cli {

namespace {

std::string secret_word(const compose::Project& project, const compose::Grant& grant)
{
    const compose::Secret& secret = project.secrets.at(grant.source);
    const std::string id =
        "id=" +
        (grant.target.empty() ? grant.source : std::filesystem::path{grant.target}.filename().native());
    if (!secret.file.empty())
        return id + ",src=" + secret.file;
    if (!secret.environment.empty())
        return id + ",env=" + secret.environment;
    throw Failure{ErrorCode::not_supported,
                  "secrets." + grant.source + ": a build is given files and variables only"};
}

} // namespace

BuildWish build_wish_of(const compose::Project& project, const compose::Service& service,
                        const BuildChanges& changes, std::vector<std::string>& remarks)
{
    const compose::Build& build = *service.build;
    BuildWish wish;
    wish.context = build.context;
    wish.file_text = build.dockerfile_text;
    if (!build.dockerfile.empty())
        wish.file = (std::filesystem::path{build.context} / build.dockerfile).lexically_normal().native();
    for (const auto& [name, value] : build.arguments)
        wish.arguments.push_back(value ? name + "=" + *value : name);
    wish.arguments.insert(wish.arguments.end(), changes.arguments.begin(), changes.arguments.end());
    for (const auto& [name, value] : build.labels)
        wish.labels.push_back(std::string{name}.append("=").append(value));
    for (const compose::Grant& grant : build.secrets)
        wish.secrets.push_back(secret_word(project, grant));
    wish.hosts = build.extra_hosts;
    wish.ssh = build.ssh;
    wish.network = build.network;
    wish.target = build.target;
    wish.has_no_cache = build.has_no_cache || changes.has_no_cache;
    wish.pulls = build.pulls || changes.pulls;
    wish.platform = service.platform;
    if (wish.platform.empty() && build.platforms.size() == 1)
        wish.platform = build.platforms.front();
    const auto tell = [&](bool is_there, const char* key) {
        if (is_there)
            remarks.push_back("services." + service.name + ".build." + key + ": is not acted on");
    };
    tell(build.platforms.size() > 1, "platforms");
    tell(!build.contexts.empty(), "additional_contexts");
    tell(!build.cache_from.empty(), "cache_from");
    tell(!build.cache_to.empty(), "cache_to");
    tell(!build.entitlements.empty(), "entitlements");
    tell(!build.ulimits.empty(), "ulimits");
    tell(build.shm_size.has_value(), "shm_size");
    tell(build.is_privileged, "privileged");
    return wish;
}

void build_service(Context& context, const compose::Project& project, const compose::Service& service,
                   const BuildChanges& changes)
{
    std::vector<std::string> remarks;
    BuildWish wish = build_wish_of(project, service, changes, remarks);
    for (const std::string& remark : remarks)
        complain("slipway: " + remark + "\n");
    std::vector<std::string> tags{image_of(project, service)};
    tags.insert(tags.end(), service.build->tags.begin(), service.build->tags.end());
    try {
        build_image(context, std::move(wish), tags);
    } catch (const Failure& failure) {
        throw failure.within("building the service " + service.name);
    }
}

} // namespace slipway::cli
