// SPDX-License-Identifier: LGPL-2.1-or-later
// LaunchRequest: from JSON, and to it.
#include "sandbox/request.hpp"

#include "base/json.hpp"
#include "oci/base64.hpp"

namespace slipway::sandbox {

namespace {

std::string content_of(const Json& file)
{
    std::optional<std::string> content = oci::from_base64(file.at("content").get_ref<const std::string&>());
    if (!content)
        throw Failure{ErrorCode::invalid_argument, "files: content is no base64"};
    return *std::move(content);
}

MountSource read_source(const Json& json)
{
    MountSource source;
    source.below = json.value("below", std::string{});
    source.is_file_system = json.value("file_system", false);
    source.is_loop = json.value("loop", false);
    source.must_propagate = json.value("propagates", false);
    if (json.contains("parameters"))
        json.at("parameters").get_to(source.parameters);
    for (const Json& file : json.value("files", Json::array()))
        source.files.push_back({file.at("name").get<std::string>(), content_of(file),
                                file.at("uid").get<std::uint32_t>(), file.at("gid").get<std::uint32_t>(),
                                file.at("mode").get<std::uint32_t>()});
    return source;
}

Json to_json(const MountSource& source)
{
    Json files = Json::array();
    for (const SourceFile& file : source.files)
        files.push_back({{"name", file.name},
                         {"content", oci::to_base64(file.content)},
                         {"uid", file.uid},
                         {"gid", file.gid},
                         {"mode", file.mode}});
    return {{"files", std::move(files)},
            {"below", source.below},
            {"file_system", source.is_file_system},
            {"loop", source.is_loop},
            {"propagates", source.must_propagate},
            {"parameters", source.parameters}};
}

LaunchRequest read_request(const Json& json)
{
    LaunchRequest request;
    request.is_exec = json.at("mode") == "exec";
    request.is_view = json.at("mode") == "view";
    request.is_alone = json.value("alone", false);
    request.config = oci::parse_runtime_config(json.at("config").get_ref<const std::string&>()).value();
    if (!request.config.process)
        throw Failure{ErrorCode::invalid_argument, "process: is missing"};
    if (json.contains("overlay")) {
        const Json& overlay = json.at("overlay");
        request.overlay =
            OverlayRequest{overlay.at("lower").get<std::vector<std::string>>(),
                           overlay.at("directory").get<std::string>(), overlay.value("fuse", std::string{}),
                           kernel::overlay_call(overlay.value("call", std::string{"fsconfig"}))};
    }
    if (json.contains("tree")) {
        const Json& tree = json.at("tree");
        request.tree = TreeRequest{tree.at("path").get<std::string>(), tree.value("shifted", false)};
    }
    if (json.contains("sources"))
        for (const auto& [destination, source] : json.at("sources").items())
            request.sources[destination] = read_source(source);
    request.user = json.value("user", std::string{});
    request.groups = json.value("groups", std::vector<std::string>{});
    request.payload = json.value("payload", pid_t{0});
    request.seccomp = json.value("seccomp", std::string{});
    request.filters = json.value("filters", std::string{});
    request.has_own_keyring = json.value("keyring", false);
    request.state = json.value("state", std::string{});
    request.awaits_hooks = json.value("awaits_hooks", false);
    request.has_gate = json.value("gate", false);
    request.follows_monitor = json.value("follows", false);
    request.has_pivot = json.value("pivot", true);
    request.preserved = json.value("preserved", std::vector<int>{});
    request.joined = json.value("joined", std::vector<std::string>{});
    return request;
}

} // namespace

LaunchRequest parse_request(std::string_view text)
{
    try {
        return read_request(parse_json(text));
    } catch (const Json::exception& unreadable) {
        throw Failure{ErrorCode::invalid_argument,
                      std::string{"the launcher's request is not one: "} + unreadable.what()};
    }
}

std::string to_json(const LaunchRequest& request)
{
    const char* const mode = request.is_view ? "view" : request.is_exec ? "exec" : "create";
    Json json{{"mode", mode}, {"config", oci::to_json(request.config)}};
    if (request.overlay)
        json["overlay"] = {{"lower", request.overlay->lower},
                           {"directory", request.overlay->directory},
                           {"fuse", request.overlay->fuse},
                           {"call", kernel::name_of(request.overlay->call)}};
    if (request.tree)
        json["tree"] = {{"path", request.tree->path}, {"shifted", request.tree->is_shifted}};
    for (const auto& [destination, source] : request.sources)
        json["sources"][destination] = to_json(source);
    const auto put = [&json](const char* name, const auto& value) {
        if (!value.empty())
            json[name] = value;
    };
    put("user", request.user);
    put("groups", request.groups);
    put("seccomp", request.seccomp);
    put("filters", request.filters);
    put("state", request.state);
    put("preserved", request.preserved);
    put("joined", request.joined);
    if (request.is_alone)
        json["alone"] = true;
    if (request.payload != 0)
        json["payload"] = request.payload;
    if (request.has_own_keyring)
        json["keyring"] = true;
    if (request.awaits_hooks)
        json["awaits_hooks"] = true;
    if (request.has_gate)
        json["gate"] = true;
    if (request.follows_monitor)
        json["follows"] = true;
    if (!request.has_pivot)
        json["pivot"] = false;
    return json_text(json, StrayBytes::replaced);
}

} // namespace slipway::sandbox
