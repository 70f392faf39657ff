// SPDX-License-Identifier: LGPL-2.1-or-later
// Secrets on the command line: read.
#include "slipway/secrets.hpp"

#include "arguments/options.hpp"
#include "slipway/mounts.hpp"

#include <charconv>
#include <optional>

namespace slipway::cli {

namespace {

std::uint32_t parse_secret_number(const std::string& key, const std::string& text, int base)
{
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number, base);
    if (text.empty() || read.ec != std::errc{} || read.ptr != end)
        throw UsageError{key + "= takes " + (base == 8 ? "an octal number" : "a number") + ", not '" + text +
                         "'"};
    return number;
}

} // namespace

client::SecretSettings parse_secret(std::string_view text, SecretUse use)
{
    client::SecretSettings secret;
    std::optional<std::uint32_t> mode;
    for (const std::string& field : split_fields(text)) {
        const std::size_t equals = field.find('=');
        const std::string key = field.substr(0, equals);
        const std::string value = equals == std::string::npos ? "" : field.substr(equals + 1);
        if (equals == std::string::npos && secret.name.empty())
            secret.name = field;
        else if (key == "source" || key == "src" || key == "id")
            secret.name = value;
        else if (key == "target" || key == "dst")
            secret.target = value;
        else if (key == "mode")
            mode = parse_secret_number(key, value, 8);
        else if (key == "uid")
            secret.uid = parse_secret_number(key, value, 10);
        else if (key == "gid")
            secret.gid = parse_secret_number(key, value, 10);
        else if (key == "type" && value == "env")
            throw UsageError{"type=env: a secret is a file; a variable would be seen by 'slipway inspect'"};
        else if (key != "type" || value != "mount")
            throw UsageError{"'" + field + "' in '" + std::string{text} +
                             "': NAME[,target=PATH][,mode=0400][,uid=N][,gid=N]"};
    }
    if (secret.name.empty())
        throw UsageError{"'" + std::string{text} + "' names no secret"};
    const bool is_config = use == SecretUse::config;
    if (is_config && secret.target.empty())
        secret.target = "/" + secret.name;
    secret.mode = mode.value_or(is_config ? 0444 : 0400);
    return secret;
}

} // namespace slipway::cli
