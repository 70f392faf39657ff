// SPDX-License-Identifier: LGPL-2.1-or-later
// A container as a .container file: part by part of its description.
#include "slipway/container_unit.hpp"

#include "base/time_span.hpp"
#include "slipway/unit_export_parts.hpp"

#include <algorithm>

namespace slipway::cli {

namespace {

using Words = std::vector<std::string>;

std::string text_at(const Json& json, const char* key)
{
    const auto found = json.is_object() ? json.find(key) : json.end();
    return json.is_object() && found != json.end() && found->is_string() ? found->get<std::string>()
                                                                         : std::string{};
}

Words words_at(const Json& json, const char* key)
{
    const auto found = json.is_object() ? json.find(key) : json.end();
    return json.is_object() && found != json.end() && found->is_array() ? found->get<Words>() : Words{};
}

Json object_at(const Json& json, const char* key)
{
    const auto found = json.is_object() ? json.find(key) : json.end();
    return json.is_object() && found != json.end() && found->is_object() ? *found : Json::object();
}

bool has(const Words& words, const std::string& word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

void write_command(const Json& config, const Json& image, UnitWriter& writer)
{
    const Words entry_point = words_at(config, "Entrypoint");
    const Words command = words_at(config, "Cmd");
    const bool is_of_image = entry_point == words_at(image, "Entrypoint");
    if (is_of_image && command == words_at(image, "Cmd"))
        return;
    // With an entry point of its own the image's command does not count.
    if (!is_of_image || command.empty()) {
        if (entry_point.empty())
            writer.nothing("Entrypoint");
        else if (entry_point.size() == 1 && !entry_point.front().starts_with('['))
            writer.text("Entrypoint", entry_point.front());
        else
            writer.text("Entrypoint", slipway::json_text(Json(entry_point))); // not the one of listings
    }
    if (!command.empty())
        writer.words("Exec", command);
}

void write_environment(const Json& config, const Json& image, UnitWriter& writer)
{
    const Words of_image = words_at(image, "Env");
    const std::string hostname = "HOSTNAME=" + text_at(config, "Hostname"); // the engine's own
    for (const std::string& variable : words_at(config, "Env"))
        if (!has(of_image, variable) && variable != usual_path && variable != hostname)
            writer.words("Environment", {variable});
    const Json labels_of_image = object_at(image, "Labels");
    const Json labels = object_at(config, "Labels");
    for (const auto& [key, value] : labels.items())
        if (value.is_string() && (!labels_of_image.contains(key) || labels_of_image.at(key) != value))
            writer.words("Label", {key + '=' + value.get<std::string>()});
}

// "web:web" is both by name or number; what the image says needs no word.
void write_who(const Json& config, const Json& image, UnitWriter& writer)
{
    const std::string user = text_at(config, "User");
    if (!user.empty() && user != text_at(image, "User")) {
        const std::size_t colon = user.find(':');
        writer.text("User", user.substr(0, colon));
        if (colon != std::string::npos && colon + 1 < user.size())
            writer.text("Group", user.substr(colon + 1));
    }
    const std::string directory = text_at(config, "WorkingDir");
    if (!directory.empty() && directory != text_at(image, "WorkingDir") && directory != "/")
        writer.text("WorkingDir", directory);
}

void write_end(const Json& config, const Json& image, UnitWriter& writer)
{
    const std::string signal = text_at(config, "StopSignal");
    const std::string usual = text_at(image, "StopSignal").empty() ? "SIGTERM" : text_at(image, "StopSignal");
    if (!signal.empty() && signal != usual)
        writer.text("StopSignal", signal);
    constexpr int usual_timeout = 10;
    if (const int timeout = config.value("StopTimeout", usual_timeout); timeout != usual_timeout)
        writer.text("StopTimeout", std::to_string(timeout));
}

// The section that its restart policy is, or nothing.
std::string service_section(const Json& host, UnitWriter& writer)
{
    const Json policy = object_at(host, "RestartPolicy");
    const std::string name = text_at(policy, "Name");
    if (name.empty() || name == "no")
        return {};
    if (const int count = policy.value("MaximumRetryCount", 0); count != 0)
        writer.not_said("that it is restarted " + std::to_string(count) +
                        " times at most: StartLimitBurst= of [Unit] does");
    constexpr std::int64_t usual_delay_usec = 1'000'000;
    const Microseconds delay{policy.value("DelayUSec", usual_delay_usec)};
    return "\n[Service]\nRestart=" + std::string{name == "on-failure" ? "on-failure" : "always"} +
           "\nRestartSec=" + time_span_text(delay) + "\n";
}

} // namespace

std::string container_unit(const Json& container, const Json& image_description)
{
    const Json config = object_at(container, "Config");
    const Json image = object_at(image_description, "Config");
    const Json host = object_at(container, "HostConfig");
    const std::string name = text_at(container, "Name");
    UnitWriter writer;
    const std::string image_name = text_at(container, "ImageName");
    writer.text("Image", image_name.empty() ? text_at(container, "Image") : image_name);
    writer.text("ContainerName", name);
    write_command(config, image, writer);
    write_environment(config, image, writer);
    write_who(config, image, writer);
    if (const std::string hostname = text_at(config, "Hostname"); !hostname.empty() && hostname != name)
        writer.text("HostName", hostname);
    if (const std::string tag = text_at(config, "LogTag"); !tag.empty() && tag != name)
        writer.words("LogOpt", {"tag=" + tag});
    if (config.value("Notifies", false))
        writer.text("Notify", "true");
    else if (config.value("ReadyWhenHealthy", false))
        writer.text("Notify", "healthy");
    write_end(config, image, writer);
    write_mounts(container, image, writer);
    write_networks(host, image, writer);
    write_security(host, writer);
    write_surroundings(host, config, writer);
    write_limits(object_at(host, "Limits"), writer);
    write_health(config, image, host, writer);
    write_wires(container, writer);
    if (config.value("Tty", false))
        writer.not_said("a terminal: a service has none");
    for (const Json& listener : container.value("Listeners", Json::array()))
        writer.not_said("the socket " + text_at(listener, "Address") +
                        ": a .socket unit beside a container made by slipway create has it");
    if (const Json group = object_at(container, "Group"); !group.empty())
        writer.not_said("that it is " + text_at(group, "Member") + " of the group " + text_at(group, "Name"));
    if (host.value("IdleStop", std::int64_t{0}) != 0)
        writer.not_said("that it is stopped when nobody is connected");
    const std::string service = service_section(host, writer);
    return "[Unit]\nDescription=Container " + quadlet::without_specifiers(name) + "\n\n[Container]\n" +
           writer.content() + service;
}

} // namespace slipway::cli
