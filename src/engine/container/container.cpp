// SPDX-License-Identifier: LGPL-2.1-or-later
// Catalog: containers found by what people call them.
#include "engine/container/container.hpp"

#include "placement/placement.hpp"

#include <algorithm>

namespace slipway::engine {

std::string unit_of(const Container& container)
{
    if (!container.row.state.unit.empty())
        return container.row.state.unit;
    if (container.own_unit)
        return *container.own_unit;
    if (container.is_at_rest() && container.spec.restart.is_any())
        return placement::service_name(container.name());
    return placement::scope_name(container.name());
}

std::string keeper_of(const Container& container)
{
    if (container.spec.restart.is_any())
        return placement::service_name(container.name());
    const std::string& unit = container.row.state.unit;
    return unit.ends_with(".service") ? unit : std::string{};
}

bool has_volume(const Container& container, const std::string& volume)
{
    return std::any_of(
        container.spec.mounts.begin(), container.spec.mounts.end(),
        [&volume](const Mount& mount) { return mount.kind == MountKind::volume && mount.source == volume; });
}

void Catalog::add(ContainerRef container)
{
    const std::string name = container->name();
    by_name_.insert_or_assign(name, std::move(container));
}

ContainerRef Catalog::find(const std::string& name) const
{
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
}

ContainerRef Catalog::at(const std::string& name) const
{
    ContainerRef container = find(name);
    if (!container)
        throw Failure{ErrorCode::no_such_container, "no container '" + name + "' (see slipway ps -a)"};
    return container;
}

ContainerRef Catalog::resolve(const std::string& text) const
{
    if (ContainerRef container = find(text))
        return container;
    ContainerRef found;
    for (const auto& [name, container] : by_name_) {
        if (text.empty() || !container->id().starts_with(text))
            continue;
        if (found)
            throw Failure{ErrorCode::invalid_argument,
                          "several containers have an ID that begins with " + text};
        found = container;
    }
    if (!found)
        throw Failure{ErrorCode::no_such_container, "no container '" + text + "' (see slipway ps -a)"};
    return found;
}

std::vector<ContainerRef> Catalog::all() const
{
    std::vector<ContainerRef> containers;
    containers.reserve(by_name_.size());
    for (const auto& [name, container] : by_name_)
        containers.push_back(container);
    return containers;
}

} // namespace slipway::engine
