// SPDX-License-Identifier: LGPL-2.1-or-later
// GroupInterface: org.slipway.Engine1.Group, one object serving all groups by their paths.
#pragma once

#include "api/context.hpp"
#include "bus/options.hpp"
#include "bus/served.hpp"

namespace slipway::api {

class GroupInterface : public bus::Served {
  public:
    explicit GroupInterface(Context& context) : Served{context.tasks}, context_{&context} {}

    async::Task<bus::Message> apply(bus::Call call);
    async::Task<bus::Message> plan(bus::Call call);
    async::Task<bus::Message> start(bus::Call call);
    async::Task<bus::Message> stop(bus::Call call);
    async::Task<bus::Message> restart(bus::Call call);
    async::Task<bus::Message> scale(bus::Call call);
    async::Task<bus::Message> remove(bus::Call call);
    async::Task<bus::Message> describe(bus::Call call);

    void name(const std::string& path, bus::Message& reply);
    void slice(const std::string& path, bus::Message& reply);
    void members(const std::string& path, bus::Message& reply);
    void labels(const std::string& path, bus::Message& reply);
    void created(const std::string& path, bus::Message& reply);

    bool has(const std::string& path) const;
    static const sd_bus_vtable* vtable();

  private:
    engine::GroupRef at(const std::string& path) const;

    Context* context_;
};

// Whoever defines a group must be allowed to make the networks and volumes of it. Throws
// Failure{access_denied}.
async::Task<> require_parts(Context& context, const bus::Call& call,
                            const engine::GroupDefinition& definition);

// Reads an a{sv} as Manager.CreateGroup takes it. Throws Failure{unknown_option, invalid_argument}.
engine::GroupDefinition read_group_definition(bus::Message& message);
// Reads an a{sv} as Group.Apply takes it.
engine::ApplyWish read_apply_wish(bus::Message& message);
// Nothing stays nothing where the key is not there.
bus::OptionReader into_optional(std::optional<std::vector<std::string>>& target);

} // namespace slipway::api
