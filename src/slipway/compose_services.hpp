// SPDX-License-Identifier: LGPL-2.1-or-later
// The containers of a project's services, as verbs find them.
#pragma once

#include "client/manager.hpp"
#include "slipway/compose_project.hpp"
#include "slipway/context.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace slipway::cli {

struct ServicesOptions {
    ProjectOptions which;
    std::vector<std::string> services; // none: all
};

// The project's options and "SERVICE...".
void add_services_options(Options& options, ServicesOptions& target);

// As the engine takes them: nothing for all.
client::Group::Members members_of(const ServicesOptions& options);

enum class Among { alive, all };

// On a container of 'compose run', which is no replica of its service.
inline constexpr const char* one_off_label = "com.docker.compose.oneoff";

// By service and number, without those of 'compose run'. Throws Failure{no_such_group} and, for a service
// that the group has not got, Failure{invalid_argument}.
std::vector<client::ContainerInfo> containers_of(Context& context, const std::string& group,
                                                 const std::vector<std::string>& services, Among among);
// That with this number, the first one without it. Throws as containers_of(), and
// Failure{no_such_container} where it does not run.
client::ContainerInfo container_at(Context& context, const std::string& group, const std::string& service,
                                   std::optional<std::size_t> number);

// DEED for each, its name printed; the exit status as of Context::for_each().
int for_each_container(Context& context, const ServicesOptions& options, Among among,
                       const std::function<void(client::Container&)>& deed);

// As people know it within the project: "web-1"; CONTAINER without the group's name.
std::string short_name(const client::ContainerInfo& container);

} // namespace slipway::cli
