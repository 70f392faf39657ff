// SPDX-License-Identifier: LGPL-2.1-or-later
// LaunchRequest: from JSON.
#include "sandbox/request.hpp"

#include <nlohmann/json.hpp>

namespace slipway::sandbox {

namespace {

LaunchRequest read_request(const nlohmann::json& json)
{
    LaunchRequest request;
    request.is_exec = json.at("mode") == "exec";
    request.config = oci::parse_runtime_config(json.at("config").dump()).value();
    if (!request.config.process)
        throw Failure{ErrorCode::invalid_argument, "process: is missing"};
    if (json.contains("overlay")) {
        const nlohmann::json& overlay = json.at("overlay");
        request.overlay = OverlayRequest{overlay.at("lower").get<std::vector<std::string>>(),
                                         overlay.at("directory").get<std::string>()};
    }
    request.user = json.value("user", std::string{});
    request.payload = json.value("payload", pid_t{0});
    return request;
}

} // namespace

LaunchRequest parse_request(std::string_view text)
{
    try {
        return read_request(nlohmann::json::parse(text));
    } catch (const nlohmann::json::exception& unreadable) {
        throw Failure{ErrorCode::invalid_argument,
                      std::string{"the launcher's request is not one: "} + unreadable.what()};
    }
}

} // namespace slipway::sandbox
