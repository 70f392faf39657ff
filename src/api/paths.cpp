// SPDX-License-Identifier: LGPL-2.1-or-later
// Object paths: encoded and decoded by sd_bus_path_encode(3).
#include "api/paths.hpp"

#include "base/failure.hpp"

#include <systemd/sd-bus.h>

#include <cstdlib>

namespace slipway::api {

namespace {

std::string encode(const char* prefix, const std::string& label)
{
    char* path = nullptr;
    check_negative(sd_bus_path_encode(prefix, label.c_str(), &path), "encode", label);
    std::string text{path};
    std::free(path); // NOLINT: libsystemd allocates with malloc
    return text;
}

std::string decode(const char* prefix, const std::string& path)
{
    char* label = nullptr;
    if (sd_bus_path_decode(path.c_str(), prefix, &label) <= 0)
        return {};
    std::string text{label};
    std::free(label); // NOLINT: libsystemd allocates with malloc
    return text;
}

} // namespace

std::string container_path(const std::string& name)
{
    return encode(container_prefix, name);
}

std::string image_path(const std::string& id)
{
    return std::string{image_prefix} + "/_" + id;
}

std::string volume_path(const std::string& name)
{
    return encode(volume_prefix, name);
}

std::string network_path(const std::string& name)
{
    return encode(network_prefix, name);
}

std::string group_path(const std::string& name)
{
    return encode(group_prefix, name);
}

std::string wire_path(const std::string& id)
{
    return std::string{wire_prefix} + "/_" + id;
}

std::string job_path(unsigned number)
{
    return std::string{job_prefix} + "/" + std::to_string(number);
}

std::string container_name(const std::string& path)
{
    return decode(container_prefix, path);
}

std::string image_id(const std::string& path)
{
    const std::string prefix = std::string{image_prefix} + "/_";
    return path.starts_with(prefix) ? path.substr(prefix.size()) : std::string{};
}

std::string volume_name(const std::string& path)
{
    return decode(volume_prefix, path);
}

std::string network_name(const std::string& path)
{
    return decode(network_prefix, path);
}

std::string group_name(const std::string& path)
{
    return decode(group_prefix, path);
}

std::string wire_id(const std::string& path)
{
    const std::string prefix = std::string{wire_prefix} + "/_";
    return path.starts_with(prefix) ? path.substr(prefix.size()) : std::string{};
}

unsigned job_number(const std::string& path)
{
    const std::string prefix = std::string{job_prefix} + "/";
    if (!path.starts_with(prefix))
        return 0;
    return static_cast<unsigned>(std::strtoul(path.c_str() + prefix.size(), nullptr, 10));
}

} // namespace slipway::api
