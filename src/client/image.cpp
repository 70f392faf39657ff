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
