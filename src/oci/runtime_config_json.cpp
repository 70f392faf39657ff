// SPDX-License-Identifier: LGPL-2.1-or-later
// The OCI runtime configuration to JSON.
#include "oci/json_writer.hpp"
#include "oci/runtime_config.hpp"
#include "oci/runtime_members.hpp"
#include "oci/runtime_names.hpp"

namespace slipway::oci {

namespace {

template <typename T>
std::string text_of(const T& value)
{
    try {
        return json_text(JsonWriter::json_of(value));
    } catch (const Json::Error&) {
        throw Failure{ErrorCode::invalid_argument, "a text of the configuration is not UTF-8"};
    }
}

} // namespace

std::string to_json(const RuntimeConfig& config)
{
    return text_of(config);
}

std::string to_json(const Seccomp& policy)
{
    return text_of(policy);
}

} // namespace slipway::oci
