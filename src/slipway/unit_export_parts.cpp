// SPDX-License-Identifier: LGPL-2.1-or-later
// The parts of a container's description, as lines.
#include "slipway/unit_export_parts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace slipway::cli {

namespace {

using List = std::vector<std::string>;

List list_of(const Json& json, const char* key)
{
    return json.value(key, List{});
}

void write_each(const Json& json, const char* member, std::string_view key, UnitWriter& writer)
{
    for (const std::string& value : list_of(json, member))
        writer.text(key, value);
}

void write_options(const Json& json, const char* member, std::string_view option, UnitWriter& writer)
{
    for (const std::string& value : list_of(json, member))
        writer.option(option, value);
}

// Images list names in an array, or as docker has it by the keys of an object.
bool has_name(const Json& json, const char* member, const std::string& name)
{
    const auto found = json.find(member);
    if (found == json.end())
        return false;
    return found->is_array() ? std::find(found->begin(), found->end(), Json(name)) != found->end()
                             : found->is_object() && found->contains(name);
}

bool is_propagation(const std::string& option)
{
    constexpr std::array<std::string_view, 6> words{"private", "rprivate", "slave",
                                                    "rslave",  "shared",   "rshared"};
    return std::find(words.begin(), words.end(), option) != words.end();
}

// Read-only to its depths, or at its top alone.
bool is_ro(const List& options, const char* word)
{
    return std::find(options.begin(), options.end(), word) != options.end();
}

void write_mount(const Json& mount, UnitWriter& writer)
{
    const std::string type = mount.value("Type", "");
    const std::string target = mount.value("Destination", "");
    const List options = list_of(mount, "Options");
    if (type == "tmpfs") {
        std::string text = target;
        for (const std::string& option : options)
            text += (text == target ? ':' : ',') + option;
        writer.text("Tmpfs", text);
        return;
    }
    if (mount.value("Anonymous", false)) {
        writer.text("Volume", target);
        return;
    }
    std::string text = "type=" + type +
                       ",source=" + (type == "volume" ? mount.value("Name", "") : mount.value("Source", "")) +
                       ",target=" + target;
    if (const std::string path = mount.value("SubPath", ""); !path.empty())
        text += ",volume-subpath=" + path;
    if (is_ro(options, "ro") || is_ro(options, "rro"))
        text += ",readonly";
    if (type == "bind" && is_ro(options, "ro") && mount.value("Recursive", true))
        text += ",bind-recursive=writable";
    if (type == "bind" && !mount.value("Recursive", true))
        text += ",bind-recursive=disabled";
    if (!mount.value("Copies", true))
        text += ",volume-nocopy";
    if (!mount.value("IdMapped", true))
        text += ",noidmap";
    for (const std::string& option : options) {
        if (is_propagation(option))
            text += ",bind-propagation=" + option;
        else if (option != "ro" && option != "rro" && option != "rw")
            text += ',' + option;
    }
    writer.words("Mount", {text});
}

void write_device(const Json& device, UnitWriter& writer)
{
    const std::string path = device.value("PathInContainer", "");
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && ::major(status.st_rdev) == device.value("Major", 0U) &&
        ::minor(status.st_rdev) == device.value("Minor", 0U))
        writer.words("AddDevice", {path});
    else
        writer.not_said("the device " + path + ": which one of the host's it is");
}

std::string duration_text(std::int64_t nanoseconds)
{
    constexpr std::int64_t second = 1'000'000'000;
    constexpr std::int64_t microsecond = 1'000;
    return nanoseconds % second == 0 ? std::to_string(nanoseconds / second) + "s"
                                     : std::to_string(nanoseconds / microsecond) + "us";
}

std::string shell_word(const std::string& word)
{
    std::string text = "'";
    for (const char letter : word)
        text += letter == '\'' ? std::string{"'\\''"} : std::string{letter};
    return text + "'";
}

// The line that a shell executes as ARGUMENTS are executed.
std::string shell_line(const List& arguments)
{
    if (arguments.size() == 3 && arguments[0] == "/bin/sh" && arguments[1] == "-c")
        return arguments[2];
    std::string line = "exec";
    for (const std::string& argument : arguments)
        line += ' ' + shell_word(argument);
    return line;
}

} // namespace

void write_mounts(const Json& container, const Json& image, UnitWriter& writer)
{
    for (const Json& mount : container.value("Mounts", Json::array()))
        if (!mount.value("Anonymous", false) || !has_name(image, "Volumes", mount.value("Destination", "")))
            write_mount(mount, writer);
}

void write_networks(const Json& host, const Json& image, UnitWriter& writer)
{
    const List networks = list_of(host, "Networks");
    for (const std::string& network : networks) {
        if (network.starts_with("container:"))
            writer.not_said("that it shares the network of the container " + network.substr(10) +
                            ": Network=NAME.container does");
        else if (network != "default" || networks.size() > 1)
            writer.text("Network", network);
    }
    write_each(host, "Publish", "PublishPort", writer);
    for (const std::string& port : list_of(host, "Expose"))
        if (!has_name(image, "ExposedPorts", port))
            writer.text("ExposeHostPort", port);
    write_each(host, "Dns", "DNS", writer);
    write_each(host, "DnsSearch", "DNSSearch", writer);
    write_each(host, "DnsOptions", "DNSOption", writer);
    write_each(host, "ExtraHosts", "AddHost", writer);
    write_options(host, "AllowedPeers", "--ip-allow", writer);
    write_options(host, "DeniedPeers", "--ip-deny", writer);
    const Json bandwidth = host.value("Bandwidth", Json::object());
    std::string rates;
    for (const auto& [key, word] : {std::pair{"Down", "down="}, std::pair{"Up", "up="}})
        if (const std::uint64_t rate = bandwidth.value(key, std::uint64_t{0}); rate != 0)
            rates += (rates.empty() ? "" : ",") + (word + std::to_string(rate));
    if (!rates.empty())
        writer.option("--bandwidth", rates);
}

void write_security(const Json& host, UnitWriter& writer)
{
    if (host.value("Privileged", false))
        writer.words("PodmanArgs", {"--privileged"});
    if (const std::string kind = host.value("UsernsMode", "auto"); kind != "auto")
        writer.text("UserNS", kind);
    for (const char* const key : {"CapAdd", "CapDrop"})
        if (const List names = list_of(host, key); !names.empty())
            writer.words(key == std::string_view{"CapAdd"} ? "AddCapability" : "DropCapability", names);
    for (const std::string& option : list_of(host, "SecurityOpt")) {
        if (option == "seccomp=profile")
            writer.not_said("its profile of seccomp: SeccompProfile=FILE does, if the file is still there");
        else
            writer.option("--security-opt", option);
    }
    for (const Json& device : host.value("Devices", Json::array()))
        write_device(device, writer);
    for (const std::string& name : list_of(host, "CdiDevices"))
        writer.words("AddDevice", {name});
}

void write_surroundings(const Json& host, const Json& config, UnitWriter& writer)
{
    if (host.value("Init", false))
        writer.text("RunInit", "true");
    if (host.value("ReadonlyRootfs", false)) {
        writer.text("ReadOnly", "true");
        writer.text("ReadOnlyTmpfs", "false");
    }
    if (const std::uint64_t size = host.value("ShmSize", std::uint64_t{0}); size != 0)
        writer.text("ShmSize", std::to_string(size));
    write_each(host, "Ulimits", "Ulimit", writer);
    write_each(host, "GroupAdd", "GroupAdd", writer);
    for (const auto& [key, value] : host.value("Sysctls", std::map<std::string, std::string>{}))
        writer.words("Sysctl", {std::string{key}.append("=").append(value)});
    if (const std::string number = host.value("OomScoreAdj", ""); !number.empty())
        writer.option("--oom-score-adj", number);
    if (const std::string name = config.value("Domainname", ""); !name.empty())
        writer.option("--domainname", name);
    for (const std::string& name : list_of(host, "HostNamespaces"))
        writer.option(name == "cgroup" ? "--cgroupns" : "--" + name, "host");
}

void write_limits(const Json& limits, UnitWriter& writer)
{
    const auto values = limits.get<std::map<std::string, std::uint64_t>>();
    const auto number = [](std::uint64_t value) {
        return value == UINT64_MAX ? std::string{"-1"} : std::to_string(value);
    };
    for (const auto& [property, value] : values) {
        if (property == "MemoryMax") {
            writer.text("Memory", number(value));
        } else if (property == "MemoryLow") {
            writer.option("--memory-reservation", number(value));
        } else if (property == "MemorySwapMax" && values.contains("MemoryMax")) {
            const std::uint64_t memory = values.at("MemoryMax");
            writer.option("--memory-swap", value == UINT64_MAX || memory == UINT64_MAX
                                               ? "-1"
                                               : std::to_string(value + memory));
        } else if (property == "CPUQuotaPerSecUSec" && value != UINT64_MAX) {
            std::string fraction = std::to_string(value % 1'000'000);
            writer.option("--cpus", std::to_string(value / 1'000'000) + '.' +
                                        std::string(6 - fraction.size(), '0') + fraction);
        } else if (property == "CPUWeight") {
            // The fewest shares that come to this weight (limits.cpp).
            constexpr std::uint64_t weights = 9999;
            constexpr std::uint64_t shares = 262142;
            writer.option("--cpu-shares", std::to_string(2 + ((value - 1) * shares + weights - 1) / weights));
        } else if (property == "TasksMax") {
            writer.text("PidsLimit", number(value));
        } else {
            writer.not_said("the limit " + property + "=" + number(value));
        }
    }
}

void write_health(const Json& config, const Json& image, const Json& host, UnitWriter& writer)
{
    const bool has_check = config.contains("Healthcheck");
    const Json of_image = image.value("Healthcheck", Json::object());
    const List image_test = of_image.is_object() ? list_of(of_image, "Test") : List{};
    if (!has_check) {
        if (!image_test.empty() && image_test.front() != "NONE")
            writer.text("HealthCmd", "none");
        return;
    }
    const Json& check = config.at("Healthcheck");
    List arguments = list_of(check, "Test");
    if (!arguments.empty())
        arguments.erase(arguments.begin());
    const List as_image_has_it{"CMD-SHELL", shell_line(arguments)};
    if (image_test != as_image_has_it && image_test != list_of(check, "Test"))
        writer.text("HealthCmd", shell_line(arguments));
    const std::array<std::pair<const char*, std::string_view>, 3> spans{
        std::pair{"Interval", "HealthInterval"}, std::pair{"Timeout", "HealthTimeout"},
        std::pair{"StartPeriod", "HealthStartPeriod"}};
    for (const auto& [member, key] : spans)
        writer.text(key, duration_text(check.value(member, std::int64_t{0})));
    writer.text("HealthRetries", std::to_string(check.value("Retries", 3)));
    if (const std::int64_t interval = check.value("StartInterval", std::int64_t{0}); interval != 0)
        writer.option("--health-start-interval", duration_text(interval));
    const std::string deed = host.value("OnUnhealthy", "none");
    if (deed == "stop")
        writer.text("HealthOnFailure", "stop");
    else if (deed != "none")
        writer.not_said(
            "that it is restarted when it is unhealthy: HealthOnFailure=stop and Restart= of [Service] do");
}

void write_wires(const Json& container, UnitWriter& writer)
{
    for (const Json& wire : container.value("Wires", Json::array())) {
        std::string text = wire.value("Target", "") + ':' + std::to_string(wire.value("TargetPort", 0)) +
                           ",as=" + wire.value("Name", "") + ",port=" + std::to_string(wire.value("Port", 0));
        if (const std::string path = wire.value("UnixPath", ""); !path.empty())
            text += ",unix=" + path;
        writer.option("--wire", text);
    }
}

} // namespace slipway::cli
