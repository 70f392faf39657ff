// SPDX-License-Identifier: LGPL-2.1-or-later
// Session: packets read and written as JSON.
#include "client/session.hpp"

#include "base/json.hpp"

namespace slipway::client {

namespace {

// Throws Json::exception for a member that is missing or of another type.
SessionEvent read_event(const Json& packet)
{
    SessionEvent event;
    const std::string name = packet.at("event").get<std::string>();
    if (name == "started") {
        event.kind = SessionEvent::Kind::started;
        event.pid = packet.at("pid").get<int>();
    } else if (name == "exited") {
        event.kind = SessionEvent::Kind::exited;
        event.status = packet.at("status").get<int>();
        event.signal = packet.at("signal").get<int>();
        event.cause = packet.value("cause", std::string{}); // monitors of older versions say none
    } else if (name == "notified") {
        event.kind = SessionEvent::Kind::notified;
        event.message = packet.at("text").get<std::string>();
    } else if (name == "health") {
        event.kind = SessionEvent::Kind::health;
        event.message = packet.at("status").get<std::string>();
    } else if (name == "failed") {
        event.kind = SessionEvent::Kind::failed;
        const Json& error = packet.at("error");
        event.error_code = find_error_code(error.at("name").get<std::string>()).value_or(ErrorCode::internal);
        event.message = error.at("message").get<std::string>();
    }
    return event;
}

} // namespace

Result<SessionEvent> parse_session_event(std::string_view text)
{
    try {
        return read_event(parse_json(text));
    } catch (const Json::exception&) {
        return Failure{ErrorCode::io_error, "the container's monitor speaks another language"};
    }
}

std::string resize_packet(unsigned rows, unsigned columns)
{
    return R"({"method":"resize","rows":)" + std::to_string(rows) + R"(,"columns":)" +
           std::to_string(columns) + "}";
}

std::string stop_packet()
{
    return R"({"method":"stop"})";
}

std::string signal_packet(int signal)
{
    return R"({"method":"signal","signal":)" + std::to_string(signal) + "}";
}

} // namespace slipway::client
