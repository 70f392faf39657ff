// SPDX-License-Identifier: LGPL-2.1-or-later
// ImageInterface: images named, removed and described.
#include "api/image.hpp"

#include "api/paths.hpp"
#include "base/id.hpp"
#include "bus/options.hpp"

#include <array>

namespace slipway::api {

store::ImageRow ImageInterface::at(const std::string& path) const
{
    return context_->engine.store.images().at(image_id(path));
}

bool ImageInterface::has(const std::string& path) const
{
    const std::string id = image_id(path);
    return is_id(id) && context_->engine.store.images().find(id).has_value();
}

async::Task<bus::Message> ImageInterface::remove(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_images);
    std::string name;
    const bus::OptionTable table{{"Name", bus::into(name)}};
    bus::read_options(call.arguments(), table);
    context_->engine.gallery.remove(image_id(call.path()), name);
    co_return call.reply();
}

async::Task<bus::Message> ImageInterface::tag(bus::Call call)
{
    co_await context_->authorizer.require(call, manage_images);
    const std::string name = call.arguments().read_string();
    context_->engine.gallery.tag(image_id(call.path()), name);
    co_return call.reply();
}

async::Task<bus::Message> ImageInterface::history(bus::Call call)
{
    co_await context_->authorizer.require(call, inspect);
    bus::Message reply = call.reply();
    reply.open('a', "(ssst)");
    for (const engine::HistoryLine& line : context_->engine.gallery.history(image_id(call.path())))
        reply.append("(ssst)", line.created.c_str(), line.created_by.c_str(), line.comment.c_str(),
                     line.size);
    reply.close();
    co_return reply;
}

async::Task<bus::Message> ImageInterface::describe(bus::Call call)
{
    co_await context_->authorizer.require(call, inspect);
    bus::Message reply = call.reply();
    reply.append("s", context_->engine.gallery.describe(image_id(call.path())).c_str());
    co_return reply;
}

void ImageInterface::id(const std::string& path, bus::Message& reply)
{
    reply.append("s", at(path).id.hex().c_str());
}

void ImageInterface::names(const std::string& path, bus::Message& reply)
{
    reply.append_strings(at(path).names);
}

void ImageInterface::size(const std::string& path, bus::Message& reply)
{
    reply.append("t", at(path).size);
}

void ImageInterface::created(const std::string& path, bus::Message& reply)
{
    reply.append("t", to_usec(at(path).created_at));
}

const sd_bus_vtable* ImageInterface::vtable()
{
    using I = ImageInterface;
    constexpr auto open_to_all = SD_BUS_VTABLE_UNPRIVILEGED; // polkit decides
    constexpr auto constant = SD_BUS_VTABLE_PROPERTY_CONST;
    static const std::array table{
        sd_bus_vtable SD_BUS_VTABLE_START(0),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Remove", "a{sv}", SD_BUS_PARAM(options), "", ,
                                               bus::serve<&I::remove>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Tag", "s", SD_BUS_PARAM(name), "", , bus::serve<&I::tag>,
                                               open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("History", "", , "a(ssst)", SD_BUS_PARAM(steps),
                                               bus::serve<&I::history>, open_to_all),
        sd_bus_vtable SD_BUS_METHOD_WITH_NAMES("Describe", "", , "s", SD_BUS_PARAM(json),
                                               bus::serve<&I::describe>, open_to_all),
        sd_bus_vtable SD_BUS_PROPERTY("Id", "s", bus::property<&I::id>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("Names", "as", bus::property<&I::names>, 0,
                                      SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        sd_bus_vtable SD_BUS_PROPERTY("Size", "t", bus::property<&I::size>, 0, constant),
        sd_bus_vtable SD_BUS_PROPERTY("CreatedTimestamp", "t", bus::property<&I::created>, 0, constant),
        sd_bus_vtable SD_BUS_VTABLE_END,
    };
    return table.data();
}

} // namespace slipway::api
