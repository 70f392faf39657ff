// SPDX-License-Identifier: LGPL-2.1-or-later
// Streams: descriptors that come by D-Bus and go on to a monitor.
#include "api/context.hpp"

namespace slipway::api {

engine::Streams read_streams(bus::Message& message)
{
    engine::Streams streams;
    message.enter('a', "{sh}");
    while (message.enter('e', "sh")) {
        const std::string name = message.read_string();
        if (name != "stdin" && name != "stdout" && name != "stderr")
            throw Failure{ErrorCode::unknown_option,
                          "unknown stream '" + name + "' (known here: stdin, stdout, stderr)"};
        streams[name] = message.read_fd();
        message.exit();
    }
    message.exit();
    return streams;
}

Fd open_session(engine::Streams& streams)
{
    FdPair ends = make_packet_pair();
    streams["session"] = std::move(ends.first);
    return std::move(ends.second);
}

} // namespace slipway::api
