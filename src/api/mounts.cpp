// SPDX-License-Identifier: LGPL-2.1-or-later
// Mounts: each an a{sv} of its own.
#include "api/context.hpp"
#include "bus/options.hpp"

namespace slipway::api {

void read_mounts(bus::Message& value, std::vector<engine::MountWish>& mounts)
{
    if (value.peek().second != "aa{sv}")
        throw Failure{ErrorCode::invalid_argument, "wants a value of the D-Bus type aa{sv}"};
    value.enter('v', "aa{sv}");
    value.enter('a', "a{sv}");
    while (value.peek().first != 0) {
        engine::MountWish wish;
        const bus::OptionTable table{
            {"Type", bus::into(wish.type)},
            {"Source", bus::into(wish.source)},
            {"Target", bus::into(wish.target)},
            {"ReadOnly", bus::into(wish.is_read_only)},
            {"Options", bus::into(wish.options)},
            {"Propagation", bus::into(wish.propagation)},
            {"Recursive", bus::into(wish.recursive)},
            {"NoIdMap", bus::into(wish.is_not_mapped)},
            {"SubPath", bus::into(wish.sub_path)},
            {"NoCopy", bus::into(wish.has_no_copy)},
            {"VolumeOptions", bus::into(wish.volume_options)},
            {"VolumeLabels", bus::into(wish.volume_labels)},
            {"Size", [&wish](bus::Message& message) { bus::into(wish.size.emplace())(message); }},
            {"Mode",
             [&wish](bus::Message& message) {
                 std::uint32_t mode = 0;
                 if (message.peek().second != "u")
                     throw Failure{ErrorCode::invalid_argument, "wants a value of the D-Bus type u"};
                 message.read("v", "u", &mode);
                 wish.mode = mode;
             }},
        };
        bus::read_options(value, table);
        mounts.push_back(std::move(wish));
    }
    value.exit();
    value.exit();
}

} // namespace slipway::api
