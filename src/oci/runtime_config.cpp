// SPDX-License-Identifier: LGPL-2.1-or-later
// The OCI runtime configuration from JSON.
#include "oci/runtime_config.hpp"

#include "oci/runtime_checks.hpp"
#include "oci/runtime_members.hpp"
#include "oci/runtime_names.hpp"

namespace slipway::oci {

namespace {

template <typename T>
Result<T> parse(std::string_view text, const char* what, const Place& here)
{
    const Json json = parse_json(text);
    if (json.is_discarded())
        return Failure{ErrorCode::invalid_argument, std::string{what} + ": is not JSON"};
    try {
        T value;
        JsonReader::take(json, value, here);
        return value;
    } catch (const Failure& failure) {
        return failure;
    }
}

} // namespace

Result<RuntimeConfig> parse_runtime_config(std::string_view json)
{
    return parse<RuntimeConfig>(json, "config.json", Place{});
}

Result<Process> parse_process(std::string_view json)
{
    return parse<Process>(json, "process", Place{"process"});
}

Result<Resources> parse_resources(std::string_view json)
{
    return parse<Resources>(json, "linux.resources", Place{"linux.resources"});
}

const Namespace* find_namespace(const Linux& settings, NamespaceType type)
{
    for (const Namespace& space : settings.namespaces)
        if (space.type == type)
            return &space;
    return nullptr;
}

std::string_view namespace_name(NamespaceType type)
{
    return name_of(type);
}

} // namespace slipway::oci
