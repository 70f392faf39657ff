// SPDX-License-Identifier: LGPL-2.1-or-later
// export --for: what the engine knows of a container and of its group, as a supervisor's service.
#include "slipway/export_for.hpp"

#include "arguments/options.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "client/group.hpp"
#include "client/manager.hpp"
#include "slipway/output.hpp"
#include "slipway_config.hpp"
#include "supervisors/files.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <sys/stat.h>

namespace slipway::cli {

namespace {

using supervisors::Service;

struct MemberNeeds {
    std::vector<std::string> containers;
    std::vector<supervisors::Need> needs; // of members
};

std::map<std::string, MemberNeeds> needs_in(Context& context, const std::string& group)
{
    client::Manager manager{context.engine()};
    client::Group object{context.engine(), context.await(manager.find_group(group))};
    const Json json = parse_json(context.await(object.describe()));
    std::map<std::string, MemberNeeds> members;
    for (const Json& member : json.at("Members"))
        member.at("Containers").get_to(members[member.at("Name").get<std::string>()].containers);
    for (const Json& member : json.at("Definition").at("members"))
        for (const Json& one : member.at("dependencies"))
            members[member.at("name").get<std::string>()].needs.push_back(
                {one.at("member").get<std::string>(), one.at("required").get<bool>(),
                 one.at("condition").get<std::string>() == "completed"});
    return members;
}

// The engine lets no circle be.
unsigned depth_of(const std::string& member, const std::map<std::string, MemberNeeds>& members)
{
    unsigned depth = 0;
    const auto found = members.find(member);
    if (found != members.end())
        for (const supervisors::Need& need : found->second.needs)
            depth = std::max(depth, depth_of(need.container, members) + 1);
    return depth;
}

// The pauses between restarts are the supervisors' own.
void read_restart(const std::string& text, Service& service)
{
    const std::string policy = text.substr(0, text.find(','));
    const std::size_t colon = policy.find(':');
    const std::string when = policy.substr(0, colon);
    if (when == "always" || when == "unless-stopped")
        service.restart = supervisors::RestartOn::any_end;
    if (colon != std::string::npos)
        std::from_chars(policy.data() + colon + 1, policy.data() + policy.size(), service.retries);
}

Service service_of(Context& context, const std::string& name)
{
    client::Manager manager{context.engine()};
    client::Container container{context.engine(), context.await(manager.find_container(name))};
    const client::ContainerInfo info = context.await(container.read());
    const Json described = parse_json(context.await(container.describe()));
    Service service;
    service.name = info.name;
    service.program = SLIPWAY_BIN_DIRECTORY "/slipway";
    service.words = context.global().reach == client::Reach::user ? "--user " : "";
    service.stop_timeout = std::chrono::seconds{described.at("Config").at("StopTimeout").get<std::int64_t>()};
    read_restart(info.restart, service);
    if (info.group.empty())
        return service;
    const std::map<std::string, MemberNeeds> members = needs_in(context, info.group);
    service.depth = depth_of(info.member, members);
    const auto own = members.find(info.member);
    if (own == members.end())
        return service;
    for (const supervisors::Need& need : own->second.needs)
        for (const std::string& other : members.at(need.container).containers)
            service.needs.push_back({other, need.is_required, need.is_completed});
    return service;
}

// It lives for as long as the host, whatever its end was.
Service engine_service(const Context& context)
{
    if (context.global().reach == client::Reach::user)
        throw UsageError{"export --for without a NAME is for the machine's engine, not for a user's"};
    Service service;
    service.kind = Service::Kind::engine;
    service.name = "slipwayd";
    service.program = SLIPWAY_PROGRAM_DIRECTORY "/slipwayd";
    service.words = "--no-bus";
    service.restart = supervisors::RestartOn::any_end;
    return service;
}

void write_files(const std::vector<supervisors::File>& files, const std::filesystem::path& directory)
{
    constexpr unsigned program_mode = 0755;
    constexpr unsigned text_mode = 0644;
    for (const supervisors::File& file : files) {
        const std::filesystem::path path = directory / file.path;
        std::error_code error;
        std::filesystem::create_directories(path.parent_path(), error);
        if (error)
            throw errno_failure(error.value(), "make the directory", path.parent_path().native());
        const unsigned mode = file.is_executable ? program_mode : text_mode;
        replace_file(path, file.text, Durability::page_cache, mode);
        check(::chmod(path.c_str(), mode), "make executable", path.native());
    }
}

} // namespace

int export_for(Context& context, const std::string& supervisor, const std::optional<std::string>& name,
               const std::string& directory)
{
    const Result<supervisors::Supervisor> chosen = supervisors::parse_supervisor(supervisor);
    if (!chosen)
        throw UsageError{"--for: " + chosen.failure().message()};
    const Service service = name ? service_of(context, *name) : engine_service(context);
    const std::vector<supervisors::File> files = supervisors::files_for(chosen.value(), service);
    if (directory.empty())
        print(supervisors::text_of(files));
    else
        write_files(files, directory);
    return 0;
}

} // namespace slipway::cli
