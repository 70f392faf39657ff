// SPDX-License-Identifier: LGPL-2.1-or-later
// Launch requests: to JSON.
#include "engine/container/launch_request.hpp"

#include "base/file.hpp"

#include <nlohmann/json.hpp>

namespace slipway::engine {

namespace {

using Json = nlohmann::json;

Fd request(const char* mode, const ContainerSpec& spec, Json rest)
{
    rest["mode"] = mode;
    rest["config"] = Json::parse(oci::to_json(runtime_config(spec)));
    if (!spec.user.empty())
        rest["user"] = spec.user;
    return make_memory_file("launch-request", rest.dump());
}

} // namespace

Fd create_request(const ContainerSpec& spec, const std::vector<std::filesystem::path>& layers,
                  const std::filesystem::path& directory)
{
    Json lower = Json::array();
    for (const std::filesystem::path& layer : layers)
        lower.push_back(layer.native());
    return request("create", spec, {{"overlay", {{"lower", lower}, {"directory", directory.native()}}}});
}

Fd exec_request(const ContainerSpec& spec, pid_t payload)
{
    return request("exec", spec, {{"payload", payload}});
}

} // namespace slipway::engine
