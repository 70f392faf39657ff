// SPDX-License-Identifier: LGPL-2.1-or-later
// Conversion of a container: the keys that have code of their own, in the order of the command line.
#include "base/json.hpp"
#include "quadlet/convert.hpp"
#include "quadlet/words.hpp"

#include <climits>

#include <array>
#include <charconv>

namespace slipway::quadlet {

namespace {

// The program, and the words that go before the command.
struct EntryPoint {
    std::optional<std::string> program;
    Words arguments;
};

EntryPoint entry_point_of(Item& item)
{
    EntryPoint entry_point;
    if (!item.file.has_key("Container", "Entrypoint"))
        return entry_point;
    const Entry* const entry = item.last("Entrypoint");
    entry_point.program = entry == nullptr ? "" : unquoted(entry->value); // an empty one is none
    if (entry == nullptr || !entry->value.starts_with('['))
        return entry_point;
    const Json list = parse_json(entry->value);
    bool is_list = list.is_array() && !list.empty();
    for (const Json& word : list)
        is_list = is_list && word.is_string();
    if (!is_list) {
        item.refuse(*entry, "Entrypoint= takes a program, or a list of words in JSON, not " + entry->value);
        return entry_point;
    }
    entry_point.arguments = list.get<Words>();
    entry_point.program = entry_point.arguments.front();
    entry_point.arguments.erase(entry_point.arguments.begin());
    return entry_point;
}

std::string image_of(Item& item, const Catalog& catalog, Service& service)
{
    const Entry* const entry = item.last("Image");
    if (entry == nullptr) {
        if (item.last("Rootfs") == nullptr) // which is complained of
            item.refuse("has no Image=");
        return {};
    }
    std::string image = image_name(item, *entry);
    if (image.ends_with(".image") || image.ends_with(".build"))
        if (const std::optional<Reference> reference = need(item, *entry, image, catalog)) {
            service.require(reference->service);
            return reference->resource;
        }
    return image;
}

void add_devices(Item& item, const Surroundings& surroundings, Words& words)
{
    for (const Entry* const entry : item.all("AddDevice"))
        for (std::string device : item.words(*entry)) {
            if (device.starts_with('-')) {
                device.erase(0, 1);
                if (!surroundings.exists(device.substr(0, device.find(':'))))
                    continue;
            }
            add_option(words, "--device", device);
        }
}

void add_log_options(Item& item, Words& words)
{
    for (const Entry* const entry : item.all("LogOpt"))
        for (const std::string& word : item.words(*entry)) {
            if (word.starts_with("tag="))
                add_option(words, "--log-tag", word.substr(4));
            else
                item.refuse(*entry, "LogOpt=" + word + " is not taken, only tag=");
        }
}

void add_readiness(Item& item, Words& words)
{
    const Entry* const entry = item.last("Notify");
    if (entry == nullptr)
        return;
    const std::string wish = unquoted(entry->value);
    const std::optional<bool> truth = parse_truth(wish);
    if (wish == "healthy")
        add_option(words, "--sdnotify", "healthy");
    else if (!truth)
        item.refuse(*entry, "Notify= takes true, false or healthy, not '" + wish + "'");
    else if (*truth)
        add_option(words, "--sdnotify", "container");
    const std::optional<std::string> type =
        item.file.find_last("Service", "Type") == nullptr
            ? std::nullopt
            : std::optional{item.file.find_last("Service", "Type")->value};
    if (type == "oneshot" && truth.value_or(true))
        item.refuse(*entry, "Notify= does not go with Type=oneshot, which is over when the payload is");
}

// The word where it is one of WORDS.
void add_choice(Item& item, std::string_view key, std::string_view option,
                std::span<const std::string_view> choices, Words& words)
{
    const Entry* const entry = item.last(key);
    if (entry == nullptr)
        return;
    const std::string wish = unquoted(entry->value);
    std::string list;
    for (const std::string_view choice : choices) {
        if (wish == choice) {
            add_option(words, option, wish);
            return;
        }
        list.append(list.empty() ? "" : ", ").append(choice);
    }
    item.refuse(*entry, std::string{key} + "=" + wish + " is not taken: " + list);
}

void add_reload(Item& item, const Words& base, Service& service)
{
    const Entry* const command = item.last("ReloadCmd");
    const Entry* const signal = item.last("ReloadSignal");
    if (command != nullptr && signal != nullptr)
        item.refuse(*signal, "ReloadSignal= and ReloadCmd= do not go together");
    Words words = base;
    if (command != nullptr) {
        words.insert(words.end(), {"exec", item.resource});
        for (std::string& word : item.words(*command))
            words.push_back(std::move(word));
    } else if (signal != nullptr) {
        words.insert(words.end(), {"kill", "--signal", unquoted(signal->value), item.resource});
    } else {
        return;
    }
    service.set_command("ExecReload", words);
}

void join_pod(Item& item, const Catalog& catalog, Service& service, Words& words)
{
    const Entry* const entry = item.last("Pod");
    if (entry == nullptr)
        return;
    const std::string name = unquoted(entry->value);
    if (!name.ends_with(".pod")) {
        item.refuse(*entry, "Pod=" + name + " is no .pod file");
        return;
    }
    const std::optional<Reference> reference = need(item, *entry, name, catalog);
    if (!reference)
        return;
    service.set_unit("BindsTo", reference->service);
    service.set_unit("After", reference->service);
    add_option(words, "--network", "container:" + reference->resource);
    for (const char* const key :
         {"Network", "IP", "IP6", "NetworkAlias", "PublishPort", "DNS", "DNSOption", "DNSSearch"})
        if (const Entry* const own = item.last(key))
            item.refuse(*own, own->key + "= is the pod's to say: its containers share one network");
    // What the pod says of its containers.
    Item& pod = *catalog.find(name)->second;
    if (const std::optional<std::string> hostname = pod.text("HostName");
        hostname && item.last("HostName") == nullptr)
        add_option(words, "--hostname", *hostname);
    if (pod.last("UserNS") != nullptr) {
        if (const Entry* const own = item.last("UserNS"))
            item.refuse(*own, "UserNS= is said by " + name + " already");
        else
            add_option(words, "--userns", *pod.text("UserNS"));
    }
    if (!pod.all("Volume").empty())
        add_option(words, "--volumes-from", reference->resource);
}

} // namespace

void allow_stop(const Item& item, Service& service)
{
    // Of systemd's 90 seconds (DefaultTimeoutStopSec=) some are for what follows SIGKILL.
    constexpr unsigned usual = 80;
    constexpr unsigned rest = 10;
    const std::string wish = item.text("StopTimeout").value_or("");
    unsigned seconds = 0;
    const auto [end, error] = std::from_chars(wish.data(), wish.data() + wish.size(), seconds);
    if (error == std::errc{} && end == wish.data() + wish.size() && seconds > usual &&
        seconds < UINT_MAX - rest && !item.file.has_key("Service", "TimeoutSec"))
        service.set_default(item, "TimeoutStopSec", std::to_string(seconds + rest));
}

Service convert_container(Item& item, const Catalog& catalog, const Surroundings& surroundings)
{
    Service service;
    const Words base = base_command(item, surroundings);
    Words words = base;
    words.insert(words.end(), {"run", "--supervise", "--replace", "--rm", "--name", item.resource});
    add_readiness(item, words);
    add_networks(item, catalog, service, words);
    join_pod(item, catalog, service, words);
    add_options(item, words);
    add_security(item, words);
    add_volumes(item, catalog, service, words);
    add_mounts(item, catalog, service, words);
    add_devices(item, surroundings, words);
    for (const Entry* const entry : item.all("EnvironmentFile"))
        for (const std::string& file : item.words(*entry))
            add_option(words, "--env-file", absolute_path(item, file));
    add_health(item, words);
    add_log_options(item, words);
    constexpr std::array<std::string_view, 3> pulls{"missing", "always", "never"};
    add_choice(item, "Pull", "--pull", pulls, words);
    if (const Entry* const entry = item.last("AutoUpdate")) {
        add_option(words, "--label", "io.containers.autoupdate=" + unquoted(entry->value));
        item.warn(*entry, "AutoUpdate= is kept as a label; slipway does not act on it");
    }
    const EntryPoint entry_point = entry_point_of(item);
    if (entry_point.program)
        add_option(words, "--entrypoint", *entry_point.program);
    add_own_words(item, words);
    words.push_back(image_of(item, catalog, service));
    words.insert(words.end(), entry_point.arguments.begin(), entry_point.arguments.end());
    if (const Entry* const entry = item.last("Exec"))
        for (std::string& word : item.words(*entry))
            words.push_back(std::move(word));

    service.set_default(item, "Type", "notify");
    service.set_default(item, "NotifyAccess", "main");
    service.set_default(item, "Delegate", "yes");
    service.set_default(item, "KillMode", "mixed");
    service.set_default(item, "SyslogIdentifier", "%N");
    allow_stop(item, service);
    service.set_command("ExecStart", words);
    add_reload(item, base, service);
    static_cast<void>(item.truth("StartWithPod", Item::Truth::yes));
    return service;
}

} // namespace slipway::quadlet
