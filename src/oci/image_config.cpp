// SPDX-License-Identifier: LGPL-2.1-or-later
// ImageConfig: from and to the JSON of the OCI image specification.
#include "oci/image_config.hpp"

#include "oci/image_json.hpp"

#include <array>
#include <ctime>

namespace slipway::oci {

namespace {

using image_json::Object;
using image_json::put;

HistoryEntry history_entry(const Object& json)
{
    HistoryEntry entry;
    entry.created = json.text("created");
    entry.created_by = json.text("created_by");
    entry.author = json.text("author");
    entry.comment = json.text("comment");
    entry.empty_layer = json.flag("empty_layer");
    return entry;
}

Json json_of(const HistoryEntry& entry)
{
    Json json = Json::object();
    put(json, "created", entry.created);
    put(json, "created_by", entry.created_by);
    put(json, "author", entry.author);
    put(json, "comment", entry.comment);
    if (entry.empty_layer)
        json["empty_layer"] = true;
    return json;
}

std::optional<Healthcheck> read_healthcheck(const Object& json)
{
    Healthcheck check;
    check.test = json.texts("Test");
    if (check.test.empty())
        return std::nullopt;
    check.interval = json.number("Interval");
    check.timeout = json.number("Timeout");
    check.start_period = json.number("StartPeriod");
    check.start_interval = json.number("StartInterval");
    check.retries = json.number("Retries");
    return check;
}

Json json_of(const Healthcheck& check)
{
    Json json = Json::object();
    put(json, "Test", check.test);
    for (const auto& [name, value] :
         {std::pair{"Interval", check.interval}, std::pair{"Timeout", check.timeout},
          std::pair{"StartPeriod", check.start_period}, std::pair{"StartInterval", check.start_interval},
          std::pair{"Retries", check.retries}})
        if (value != 0)
            json[name] = value;
    return json;
}

void read_defaults(ImageConfig& config, const Object& json)
{
    config.user = json.text("User");
    config.exposed_ports = json.name_set("ExposedPorts");
    config.env = json.texts("Env");
    config.entrypoint = json.texts("Entrypoint");
    config.cmd = json.texts("Cmd");
    config.volumes = json.name_set("Volumes");
    config.working_dir = json.text("WorkingDir");
    config.labels = json.text_map("Labels");
    config.stop_signal = json.text("StopSignal");
    config.healthcheck = read_healthcheck(json.object("Healthcheck"));
    config.on_build = json.texts("OnBuild");
}

Json set_of(const std::set<std::string>& names)
{
    Json set = Json::object();
    for (const std::string& name : names)
        set[name] = Json::object();
    return set;
}

Json defaults_of(const ImageConfig& config)
{
    Json json = Json::object();
    put(json, "User", config.user);
    put(json, "ExposedPorts", set_of(config.exposed_ports));
    put(json, "Env", config.env);
    put(json, "Entrypoint", config.entrypoint);
    put(json, "Cmd", config.cmd);
    put(json, "Volumes", set_of(config.volumes));
    put(json, "WorkingDir", config.working_dir);
    put(json, "Labels", config.labels);
    put(json, "StopSignal", config.stop_signal);
    if (config.healthcheck)
        json["Healthcheck"] = json_of(*config.healthcheck);
    put(json, "OnBuild", config.on_build);
    return json;
}

ImageConfig read_image_config(std::string_view text)
{
    const Json document = image_json::parse(text, "image configuration");
    const Object json{document, "image configuration"};
    ImageConfig config;
    config.architecture = json.text("architecture");
    config.variant = json.text("variant");
    config.os = json.text("os");
    config.created = json.text("created");
    config.author = json.text("author");
    read_defaults(config, json.object("config"));
    const Object rootfs = json.object("rootfs");
    if (const std::string type = rootfs.text("type"); type != "layers")
        throw Failure{ErrorCode::invalid_argument,
                      "image configuration.rootfs.type: \"" + type + "\" where \"layers\" must stand"};
    config.diff_ids = rootfs.digests("diff_ids");
    for (const Object& entry : json.objects("history"))
        config.history.push_back(history_entry(entry));
    return config;
}

} // namespace

Result<ImageConfig> parse_image_config(std::string_view json)
{
    try {
        return read_image_config(json);
    } catch (const Failure& failure) {
        return failure;
    }
}

std::string to_json(const ImageConfig& config)
{
    Json json = Json::object();
    // Both are required by the specification, even if nothing is known.
    json["architecture"] = config.architecture;
    json["os"] = config.os;
    put(json, "variant", config.variant);
    put(json, "created", config.created);
    put(json, "author", config.author);
    put(json, "config", defaults_of(config));
    Json diff_ids = Json::array();
    for (const Digest& digest : config.diff_ids)
        diff_ids.push_back(digest.text());
    json["rootfs"]["type"] = "layers";
    json["rootfs"]["diff_ids"] = std::move(diff_ids);
    for (const HistoryEntry& entry : config.history)
        json["history"].push_back(json_of(entry));
    return image_json::dump(json);
}

std::string architecture_of(std::string_view machine)
{
    struct Row {
        std::string_view machine;
        std::string_view architecture;
    };
    static constexpr std::array rows{
        Row{"x86_64", "amd64"},
        Row{"aarch64", "arm64"},
        Row{"i386", "386"},
        Row{"i486", "386"},
        Row{"i586", "386"},
        Row{"i686", "386"},
        Row{"armv6l", "arm"},
        Row{"armv7l", "arm"},
        Row{"armv8l", "arm"},
        Row{"ppc64le", "ppc64le"},
        Row{"loongarch64", "loong64"},
    };
    for (const Row& row : rows)
        if (row.machine == machine)
            return std::string{row.architecture};
    return std::string{machine}; // riscv64 and s390x have one name
}

std::string rfc3339(RealTime time)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const std::time_t whole = seconds.time_since_epoch().count();
    std::tm calendar{};
    ::gmtime_r(&whole, &calendar);
    std::array<char, 32> date{};
    std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &calendar);
    std::string fraction = std::to_string((time - seconds).count());
    fraction.insert(0, 6 - fraction.size(), '0');
    return std::string{date.data()} + "." + fraction + "Z";
}

} // namespace slipway::oci
