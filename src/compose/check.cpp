// SPDX-License-Identifier: LGPL-2.1-or-later
// Checks of a project as a whole: what its parts say of each other.
#include "compose/check.hpp"

#include "compose/place.hpp"

#include <algorithm>

namespace slipway::compose {

namespace {

enum class Visit : std::uint8_t { none, open, done };

// A depth-first walk of enabled services, without recursion: a chain may be as long as a file.
class CircleSearch {
  public:
    CircleSearch(const Project& project, const YamlNode& model) : project_{&project}, model_{&model} {}

    void run()
    {
        for (const auto& [name, service] : project_->services)
            if (service.is_enabled && visits_[name] == Visit::none)
                walk_from(service);
    }

  private:
    struct Step {
        const Service* service;
        std::map<std::string, Dependency>::const_iterator next;
    };

    void walk_from(const Service& first)
    {
        std::vector<Step> steps{{&first, first.dependencies.begin()}};
        visits_[first.name] = Visit::open;
        while (!steps.empty()) {
            Step& step = steps.back();
            if (step.next == step.service->dependencies.end()) {
                visits_[step.service->name] = Visit::done;
                steps.pop_back();
                continue;
            }
            const std::string& name = (step.next++)->first;
            const auto next = project_->services.find(name);
            if (next == project_->services.end() || !next->second.is_enabled || visits_[name] == Visit::done)
                continue;
            if (visits_[name] == Visit::open)
                refuse_circle(steps, name);
            visits_[name] = Visit::open;
            steps.push_back({&next->second, next->second.dependencies.begin()});
        }
    }

    [[noreturn]] void refuse_circle(const std::vector<Step>& steps, const std::string& name) const
    {
        const auto begin =
            std::ranges::find_if(steps, [&](const Step& step) { return step.service->name == name; });
        std::string circle;
        for (auto step = begin; step != steps.end(); ++step)
            circle += step->service->name + " → ";
        refuse_at(*model_, {"services", steps.back().service->name, "depends_on", name},
                  "services depend on each other in a circle: " + circle + name);
    }

    const Project* project_;
    const YamlNode* model_;
    std::map<std::string, Visit> visits_;
};

void check_dependencies(const Project& project, const YamlNode& model, const Service& service)
{
    for (const auto& [name, dependency] : service.dependencies) {
        const std::vector<std::string> at{"services", service.name, "depends_on", name};
        const auto other = project.services.find(name);
        if (!dependency.is_required)
            continue;
        if (other == project.services.end())
            refuse_at(model, at, "there is no service " + in_quotes(name));
        if (!service.is_enabled)
            continue;
        if (!other->second.is_enabled)
            refuse_at(model, at,
                      "the service " + in_quotes(name) +
                          " is not enabled: none of its profiles is active, such as " +
                          in_quotes(other->second.profiles.front()));
        if (dependency.condition == Dependency::Condition::healthy && other->second.health_check &&
            other->second.health_check->is_disabled)
            refuse_at(model, at,
                      "waits for " + in_quotes(name) + " to be healthy, whose healthcheck is disabled");
    }
}

template <typename Resources>
void require_resource(const Resources& resources, const std::string& section, const std::string& key,
                      const YamlNode& model, const Service& service)
{
    if (!resources.contains(key))
        refuse_at(model, {"services", service.name, section, key},
                  "there is no " + in_quotes(key) + " among the file's " + section + " at its top");
}

void check_resources(const Project& project, const YamlNode& model, const Service& service)
{
    for (const auto& [key, use] : service.networks)
        require_resource(project.networks, "networks", key, model, service);
    for (const Mount& mount : service.mounts)
        if (mount.kind == MountKind::volume && !mount.source.empty())
            require_resource(project.volumes, "volumes", mount.source, model, service);
    for (const Grant& grant : service.configs)
        require_resource(project.configs, "configs", grant.source, model, service);
    for (const Grant& grant : service.secrets)
        require_resource(project.secrets, "secrets", grant.source, model, service);
    if (service.build)
        for (const Grant& grant : service.build->secrets)
            if (!project.secrets.contains(grant.source))
                refuse_at(model, {"services", service.name, "build", "secrets", grant.source},
                          "there is no " + in_quotes(grant.source) + " among the file's secrets at its top");
}

} // namespace

void refuse_at(const YamlNode& model, const std::vector<std::string>& names, const std::string& reason)
{
    const YamlNode* node = &model;
    Mark mark = model.mark;
    std::string path;
    for (const std::string& name : names) {
        if (const YamlNode* member = node->find(name); member != nullptr) {
            node = member;
            mark = member->name_mark;
            path = member_path(path, name);
            continue;
        }
        // An entry of a list: the text, or a mapping with it as its source.
        const auto is_meant = [&](const YamlNode& entry) {
            const YamlNode* source = entry.find("source");
            const std::string& text = source != nullptr ? source->text : entry.text;
            return text == name || text.starts_with(name + ":");
        };
        const auto entry = std::ranges::find_if(node->list, is_meant);
        if (entry == node->list.end())
            break;
        path = entry_path(path, static_cast<std::size_t>(entry - node->list.begin()));
        mark = entry->mark;
        node = &*entry;
    }
    refuse(mark, path, reason);
}

void check_project(const Project& project, const YamlNode& model)
{
    std::map<std::string, std::string> named;
    for (const auto& [name, service] : project.services) {
        if (service.image.empty() && !service.build && !service.provider)
            refuse_at(model, {"services", name}, "has neither image nor build");
        check_dependencies(project, model, service);
        check_resources(project, model, service);
        if (service.container_name.empty() || !service.is_enabled)
            continue;
        if (service.deploy.replicas > 1)
            refuse_at(model, {"services", name, "container_name"},
                      std::to_string(service.deploy.replicas) + " containers cannot have one name");
        if (const auto [other, is_new] = named.try_emplace(service.container_name, name); !is_new)
            refuse_at(model, {"services", name, "container_name"},
                      "the service " + in_quotes(other->second) + " has this name for its container too");
    }
    CircleSearch{project, model}.run();
    check_ports(project, model);
}

} // namespace slipway::compose
