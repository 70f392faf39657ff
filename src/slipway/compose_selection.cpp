// SPDX-License-Identifier: LGPL-2.1-or-later
// Which services of a project are meant: the closure over what they depend on.
#include "slipway/compose_selection.hpp"

#include "base/failure.hpp"

#include <set>

namespace slipway::cli {

namespace {

void add_service(const compose::Project& project, const std::string& name, Dependencies dependencies,
                 std::set<std::string>& selected)
{
    const auto found = project.services.find(name);
    if (found == project.services.end() || !found->second.is_enabled || !selected.insert(name).second)
        return;
    if (dependencies == Dependencies::included)
        for (const auto& [other, dependency] : found->second.dependencies)
            add_service(project, other, dependencies, selected);
}

} // namespace

std::vector<std::string> selected_services(const compose::Project& project,
                                           const std::vector<std::string>& names, Dependencies dependencies)
{
    std::set<std::string> selected;
    for (const std::string& name : names) {
        if (!project.services.contains(name))
            throw Failure{ErrorCode::invalid_argument,
                          "the project " + project.name + " has no service " + name};
        add_service(project, name, dependencies, selected);
    }
    if (names.empty())
        for (const auto& [name, service] : project.services)
            if (service.is_enabled)
                selected.insert(name);
    return {selected.begin(), selected.end()};
}

} // namespace slipway::cli
