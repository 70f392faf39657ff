// SPDX-License-Identifier: LGPL-2.1-or-later
// Image: its methods as calls.
#include "client/image.hpp"

#include "client/settings.hpp"

namespace slipway::client {

ImageInfo read_image(std::string path, bus::Message& properties)
{
    ImageInfo info;
    info.path = std::move(path);
    read_properties(properties, {
                                    {"Id", into(info.id)},
                                    {"Names", into(info.names)},
                                    {"Size", into(info.size)},
                                    {"CreatedTimestamp", into(info.created_usec)},
                                });
    return info;
}

async::Task<> Image::remove(std::optional<std::string> name)
{
    Engine::Fill fill = [name](bus::Message& message) {
        OptionWriter writer{message};
        writer.text("Name", name);
        writer.finish();
    };
    co_await engine_->call(method("Remove"), Effect::changes, std::move(fill), change_timeout);
}

async::Task<> Image::tag(std::string name)
{
    Engine::Fill fill = [name](bus::Message& message) { append_text(message, name); };
    co_await engine_->call(method("Tag"), Effect::changes, std::move(fill));
}

async::Task<std::vector<HistoryStep>> Image::history()
{
    bus::Message reply = co_await engine_->call(method("History"), Effect::reads);
    std::vector<HistoryStep> steps;
    reply.enter('a', "(ssst)");
    while (reply.enter('r', "ssst")) {
        HistoryStep step;
        step.created = reply.read_string();
        step.created_by = reply.read_string();
        step.comment = reply.read_string();
        reply.read("t", &step.size);
        reply.exit();
        steps.push_back(std::move(step));
    }
    reply.exit();
    co_return steps;
}

async::Task<std::string> Image::describe()
{
    bus::Message reply = co_await engine_->call(method("Describe"), Effect::reads);
    co_return reply.read_string();
}

async::Task<ImageInfo> Image::read()
{
    bus::Message properties = co_await fetch_properties(*engine_, path_, image_interface);
    co_return read_image(path_, properties);
}

} // namespace slipway::client
