// SPDX-License-Identifier: LGPL-2.1-or-later
// Object paths: where containers, images, volumes, networks and jobs are on D-Bus.
#pragma once

#include <string>

namespace slipway::api {

inline constexpr const char* bus_name = "org.slipway.Engine1";
inline constexpr const char* root_path = "/org/slipway/Engine1";
inline constexpr const char* container_prefix = "/org/slipway/Engine1/container";
inline constexpr const char* image_prefix = "/org/slipway/Engine1/image";
inline constexpr const char* volume_prefix = "/org/slipway/Engine1/volume";
inline constexpr const char* network_prefix = "/org/slipway/Engine1/network";
inline constexpr const char* group_prefix = "/org/slipway/Engine1/group";
inline constexpr const char* wire_prefix = "/org/slipway/Engine1/wire";
inline constexpr const char* job_prefix = "/org/slipway/Engine1/job";

std::string container_path(const std::string& name);
// ID: 64 digits.
std::string image_path(const std::string& id);
std::string volume_path(const std::string& name);
std::string network_path(const std::string& name);
std::string group_path(const std::string& name);
// ID: twelve digits.
std::string wire_path(const std::string& id);
std::string job_path(unsigned number);

// What the path is about; empty for a path of another kind.
std::string container_name(const std::string& path);
std::string image_id(const std::string& path);
std::string volume_name(const std::string& path);
std::string network_name(const std::string& path);
std::string group_name(const std::string& path);
std::string wire_id(const std::string& path);
// 0 for another kind of path.
unsigned job_number(const std::string& path);

} // namespace slipway::api
