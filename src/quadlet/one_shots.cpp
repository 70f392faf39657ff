// SPDX-License-Identifier: LGPL-2.1-or-later
// Conversions of what is made once and stays: networks, volumes, images, builds.
#include "quadlet/convert.hpp"
#include "quadlet/words.hpp"

#include <filesystem>

namespace slipway::quadlet {

namespace {

void add_subnets(Item& item, Words& words)
{
    const std::vector<const Entry*> subnets = item.all("Subnet");
    for (const auto& [key, option] : {std::pair{"Gateway", "--gateway"}, std::pair{"IPRange", "--ip-range"}})
    {
        const std::vector<const Entry*> entries = item.all(key);
        if (entries.size() > subnets.size())
            item.refuse(*entries[subnets.size()],
                        std::string{key} + "= goes with a Subnet=, and there are more of the former");
        for (const Entry* const entry : entries)
            add_option(words, option, unquoted(entry->value));
    }
    for (const Entry* const subnet : subnets)
        add_option(words, "--subnet", unquoted(subnet->value));
}

// "mtu=1400,parent=eth0", or several words.
void add_network_options(Item& item, Words& words)
{
    for (const Entry* const entry : item.all("Options"))
        for (const std::string& word : item.words(*entry))
            for (std::string_view rest = word; !rest.empty();) {
                const std::size_t comma = rest.find(',');
                const std::string option{rest.substr(0, comma)};
                rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
                if (option.starts_with("mtu="))
                    add_option(words, "--mtu", option.substr(4));
                else if (option.starts_with("parent=") || option.starts_with("mode="))
                    add_option(words, "--opt", option);
                else
                    item.refuse(*entry, "Options=" + option + " is not taken, only mtu=, parent= and mode=");
            }
}

// "uid=…,gid=…,OPTIONS": options of the mount of a device.
std::string mount_options(Item& item)
{
    std::string options;
    const bool has_device = item.last("Device") != nullptr;
    for (const auto& [key, name] : {std::pair{"User", "uid"}, std::pair{"Group", "gid"}})
        if (const Entry* const entry = item.last(key)) {
            if (!has_device)
                item.refuse(*entry, std::string{key} + "= is an option of a Device=, and there is none");
            options.append(options.empty() ? "" : ",")
                .append(name)
                .append("=")
                .append(unquoted(entry->value));
        }
    if (const std::optional<std::string> own = item.text("Options"))
        options.append(options.empty() ? "" : ",").append(*own);
    return options;
}

std::string policy_of(Item& item)
{
    const Entry* const entry = item.last("Policy");
    if (entry == nullptr)
        return {};
    std::string policy = unquoted(entry->value);
    if (policy != "always" && policy != "missing" && policy != "never")
        item.refuse(*entry, "Policy=" + policy + " is not taken: always, missing or never");
    return policy;
}

// The directory of the build, and "WorkingDirectory" where it is to be the service's too.
std::string build_directory(Item& item, const std::optional<std::string>& file, Service& service)
{
    const std::string own = without_specifiers(std::filesystem::path{item.path}.parent_path().native());
    const Entry* const entry = item.last("SetWorkingDirectory");
    const std::string wish = entry == nullptr ? "" : unquoted(entry->value);
    const Entry* const working_directory = item.file.find_last("Service", "WorkingDirectory");
    if (wish.empty()) {
        if (working_directory != nullptr)
            return ".";
        if (file && (file->starts_with('/') || file->starts_with('%')))
            return std::filesystem::path{*file}.parent_path().native();
        item.refuse("has neither SetWorkingDirectory= nor an absolute File=: what is to be built?");
        return {};
    }
    if (wish.find("://") != std::string::npos || wish.ends_with(".git")) {
        item.refuse(*entry, "SetWorkingDirectory=" + wish + " is not taken: slipway build takes a directory");
        return {};
    }
    if (wish == "file" && !file)
        item.refuse(*entry, "SetWorkingDirectory=file wants a File=");
    std::string directory = wish == "unit" ? own
                            : wish == "file" && file
                                ? std::filesystem::path{absolute_path(item, *file)}.parent_path().native()
                                : absolute_path(item, wish);
    if (working_directory == nullptr)
        service.set("WorkingDirectory", directory);
    return directory;
}

} // namespace

std::string image_name(Item& item, const Entry& entry)
{
    std::string name = unquoted(entry.value);
    constexpr std::string_view registry = "docker://";
    if (name.starts_with(registry))
        return name.substr(registry.size());
    for (const std::string_view transport :
         {"docker-archive:", "oci-archive:", "oci:", "dir:", "docker-daemon:", "containers-storage:"})
        if (name.starts_with(transport) && name.find('/') != std::string::npos)
            item.refuse(
                entry,
                "Image=" + name +
                    " is not taken: it comes from a registry; 'slipway load' takes archives and directories");
    return name;
}

void stay_after(const Item& item, Service& service)
{
    service.set_default(item, "Type", "oneshot");
    service.set_default(item, "SyslogIdentifier", "%N");
    // A build is made anew with each start of what needs it.
    if (item.kind != Kind::build)
        service.set_default(item, "RemainAfterExit", "yes");
}

void add_platform(Item& item, Words& words)
{
    const std::optional<std::string> architecture = item.text("Arch");
    for (const char* const key : {"OS", "Variant"})
        if (const Entry* const entry = item.last(key); entry != nullptr && !architecture)
            item.refuse(*entry, std::string{key} + "= goes with Arch=");
    if (!architecture)
        return;
    std::string platform = item.text("OS").value_or("linux") + '/' + *architecture;
    if (const std::optional<std::string> variant = item.text("Variant"))
        platform += '/' + *variant;
    add_option(words, "--platform", platform);
}

Service convert_network(Item& item, const Surroundings& surroundings)
{
    Service service;
    const Words base = base_command(item, surroundings);
    Words words = base;
    words.insert(words.end(), {"network", "create", "--ignore"});
    add_options(item, words);
    add_subnets(item, words);
    if (item.last("IPv6") != nullptr)
        add_option(words, "--ipv6", item.truth("IPv6", Item::Truth::yes) ? "true" : "false");
    add_network_options(item, words);
    add_own_words(item, words);
    words.push_back(item.resource);
    stay_after(item, service);
    service.set_command("ExecStart", words);
    if (item.truth("NetworkDeleteOnStop", Item::Truth::no)) {
        Words removal = base;
        removal.insert(removal.end(), {"network", "rm", item.resource});
        service.set_command("ExecStopPost", removal);
    }
    return service;
}

Service convert_volume(Item& item, const Surroundings& surroundings)
{
    Service service;
    Words words = base_command(item, surroundings);
    words.insert(words.end(), {"volume", "create", "--ignore"});
    add_options(item, words);
    const std::optional<std::string> device = item.text("Device");
    if (device)
        add_option(words, "--opt", "device=" + *device);
    if (const Entry* const type = item.last("Type")) {
        if (!device)
            item.refuse(*type, "Type= goes with Device=");
        add_option(words, "--opt", "type=" + unquoted(type->value));
        if (device && unquoted(type->value) == "bind")
            service.require_mounts(*device);
    }
    if (const std::string options = mount_options(item); !options.empty())
        add_option(words, "--opt", "o=" + options);
    add_own_words(item, words);
    words.push_back(item.resource);
    stay_after(item, service);
    service.set_command("ExecStart", words);
    return service;
}

Service convert_image(Item& item, const Surroundings& surroundings)
{
    Service service;
    Words words = base_command(item, surroundings);
    words.insert(words.end(), {"pull", "--quiet"});
    add_options(item, words);
    add_platform(item, words);
    if (const std::string policy = policy_of(item); !policy.empty())
        add_option(words, "--policy", policy);
    add_own_words(item, words);
    const Entry* const image = item.last("Image");
    if (image == nullptr)
        item.refuse("has no Image=");
    words.push_back(image == nullptr ? "" : image_name(item, *image));
    stay_after(item, service);
    service.set_command("ExecStart", words);
    return service;
}

Service convert_build(Item& item, const Surroundings& surroundings)
{
    Service service;
    Words words = base_command(item, surroundings);
    words.emplace_back("build");
    add_options(item, words);
    add_platform(item, words);
    if (item.resource.empty())
        item.refuse("has no ImageTag=");
    const std::optional<std::string> file = item.text("File");
    if (file && file->find("://") != std::string::npos)
        item.refuse(*item.last("File"), "File=" + *file + " is not taken: slipway build takes a file");
    const std::string directory = build_directory(item, file, service);
    if (file) {
        const bool is_whole = file->starts_with('/') || file->starts_with('%') || directory == ".";
        add_option(words, "--file",
                   is_whole ? *file : (std::filesystem::path{directory} / *file).lexically_normal().native());
    }
    add_own_words(item, words);
    words.push_back(directory);
    stay_after(item, service);
    service.set_command("ExecStart", words);
    return service;
}

} // namespace slipway::quadlet
