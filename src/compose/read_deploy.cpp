// SPDX-License-Identifier: LGPL-2.1-or-later
// Reader of deploy (Compose specification, deploy.md): what belongs to the service's own keys is put there.
#include "compose/read_parts.hpp"

#include <iterator>
#include <utility>

namespace slipway::compose::read {

namespace {

template <typename T>
T one_of_words(const Value& value, std::initializer_list<std::pair<std::string_view, T>> words)
{
    const std::string found = text(value);
    std::string list;
    for (const auto& [word, meaning] : words) {
        if (found == word)
            return meaning;
        list.append(list.empty() ? "" : ", ").append(word);
    }
    value.refuse(in_quotes(found) + " is not known; there is " + list);
}

// What both the service's own key and deploy may say.
template <typename T, typename Read>
void take_alike(Fields& fields, std::string_view key, std::optional<T>& into, std::string_view own_key,
                Read read)
{
    const std::optional<Value> found = fields.find(key);
    if (!found)
        return;
    const T value = read(*found);
    if (into && *into != value)
        found->refuse("says something else than " + std::string{own_key});
    into = value;
}

void take_limits(Fields& of_resources, Resources& resources)
{
    if (const std::optional<Value> value = of_resources.find("limits")) {
        Fields fields{*value};
        take_alike(fields, "cpus", resources.cpus, "cpus", amount);
        take_alike(fields, "memory", resources.memory, "mem_limit", bytes);
        take_alike(fields, "pids", resources.pids, "pids_limit",
                   [](const Value& each) { return integer_between(each, -1, INT64_MAX); });
        fields.finish();
    }
    if (const std::optional<Value> value = of_resources.find("reservations")) {
        constexpr std::string_view inside[] = {"[]", "[].discrete_resource_spec",
                                               "[].discrete_resource_spec.kind",
                                               "[].discrete_resource_spec.value"};
        Fields fields{*value};
        fields.take("cpus", resources.reserved_cpus, amount);
        take_alike(fields, "memory", resources.reserved_memory, "mem_reservation", bytes);
        if (const std::optional<Value> devices = fields.find("devices"))
            std::ranges::move(device_requests(*devices), std::back_inserter(resources.devices));
        fields.unheeded("generic_resources", "there is one machine, and nothing to choose", inside);
        fields.finish();
    }
    of_resources.finish();
}

RestartPolicy deploy_restart(const Value& value)
{
    using When = RestartPolicy::When;
    RestartPolicy policy;
    policy.when = When::always;
    Fields fields{value};
    fields.take("condition", policy.when, [](const Value& each) {
        return one_of_words<When>(each, {{"any", When::always},
                                         {"on-failure", When::on_failure},
                                         {"none", When::never},
                                         {"always", When::always},
                                         {"unless-stopped", When::unless_stopped}});
    });
    fields.take("delay", policy.delay, duration);
    fields.take("max_attempts", policy.attempts, integer<std::uint32_t>);
    fields.take("window", policy.window, duration);
    fields.finish();
    return policy;
}

UpdatePolicy update_policy(const Value& value)
{
    using OnFailure = UpdatePolicy::OnFailure;
    UpdatePolicy policy;
    Fields fields{value};
    fields.take("parallelism", policy.parallelism, integer<std::uint32_t>);
    fields.take("delay", policy.delay, duration);
    fields.take("failure_action", policy.on_failure, [](const Value& each) {
        return one_of_words<OnFailure>(each, {{"pause", OnFailure::pause},
                                              {"continue", OnFailure::go_on},
                                              {"rollback", OnFailure::roll_back}});
    });
    fields.take("monitor", policy.monitor, duration);
    fields.take("max_failure_ratio", policy.failure_ratio, amount);
    fields.take("order", policy.starts_first, [](const Value& each) {
        return one_of_words<bool>(each, {{"stop-first", false}, {"start-first", true}});
    });
    fields.finish();
    return policy;
}

RestartPolicy own_restart(const Value& value)
{
    using When = RestartPolicy::When;
    RestartPolicy policy;
    const std::string all = text(value);
    const std::size_t colon = all.find(':');
    const std::string word = all.substr(0, colon);
    if (word == "always")
        policy.when = When::always;
    else if (word == "unless-stopped")
        policy.when = When::unless_stopped;
    else if (word == "on-failure")
        policy.when = When::on_failure;
    else if (word != "no" && !word.empty())
        value.refuse(in_quotes(word) +
                     " is no restart policy; no, always, on-failure[:TIMES] and unless-stopped are");
    if (colon == std::string::npos)
        return policy;
    const Result<std::int64_t> attempts = parse_integer(std::string_view{all}.substr(colon + 1));
    if (!attempts || attempts.value() < 0 || attempts.value() > UINT32_MAX || word != "on-failure")
        value.refuse(in_quotes(all) + " is no restart policy; on-failure:3 is");
    policy.attempts = static_cast<std::uint32_t>(attempts.value());
    return policy;
}

} // namespace

void take_deploy(Fields& of_service, Service& service)
{
    of_service.take("restart", service.restart, own_restart);
    std::optional<std::uint32_t> replicas;
    of_service.take("scale", replicas, integer<std::uint32_t>);
    if (const std::optional<Value> value = of_service.find("deploy")) {
        using Mode = Deploy::Mode;
        constexpr std::string_view rollback[] = {"parallelism",       "delay", "failure_action", "monitor",
                                                 "max_failure_ratio", "order"};
        constexpr std::string_view placement[] = {"constraints", "preferences", "preferences[]",
                                                  "preferences[].spread", "max_replicas_per_node"};
        Fields fields{*value};
        fields.take("mode", service.deploy.mode, [](const Value& each) {
            return one_of_words<Mode>(each, {{"replicated", Mode::replicated},
                                             {"global", Mode::global},
                                             {"replicated-job", Mode::replicated_job},
                                             {"global-job", Mode::global_job}});
        });
        take_alike(fields, "replicas", replicas, "scale", integer<std::uint32_t>);
        fields.take("labels", service.deploy.labels, labels);
        fields.take("update_config", service.deploy.update, update_policy);
        fields.take("restart_policy", service.restart, deploy_restart);
        if (const std::optional<Value> resources = fields.find("resources")) {
            Fields of_resources{*resources};
            take_limits(of_resources, service.resources);
        }
        fields.unheeded("rollback_config", "an update that fails is not rolled back by itself", rollback);
        fields.unheeded("placement", "there is one machine, and nothing to choose", placement);
        fields.unheeded("endpoint_mode", "a service's name has the addresses of its containers");
        fields.finish();
    }
    service.deploy.replicas = replicas.value_or(1);
}

} // namespace slipway::compose::read
