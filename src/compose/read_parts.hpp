// SPDX-License-Identifier: LGPL-2.1-or-later
// Readers of the parts of a project: each takes the node of its key, in the short and the long form.
#pragma once

#include "compose/files.hpp"
#include "compose/project.hpp"
#include "compose/read.hpp"
#include "compose/value.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace slipway::compose::read {

std::vector<Port> ports(const Value& value);
std::vector<ExposedPort> exposed_ports(const Value& value);
// volumes; of one target the last.
std::vector<Mount> mounts(const Value& value);
std::vector<Mount> tmpfs_mounts(const Value& value);
HealthCheck health_check(const Value& value);
Build build(const Value& value);
std::map<std::string, Ulimit> ulimits(const Value& value);
std::vector<DeviceRequest> gpus(const Value& value);
std::vector<DeviceRequest> device_requests(const Value& value);
std::vector<Device> devices(const Value& value);
std::map<std::string, NetworkUse> network_uses(const Value& value);
std::map<std::string, Dependency> dependencies(const Value& value);
// configs and secrets of a service; relative targets begin at DIRECTORY, those of a build (no DIRECTORY)
// stay.
std::vector<Grant> grants(const Value& value, const std::string& directory);
std::vector<Hook> hooks(const Value& value);
// pre_start, whose hooks run in containers of their own.
std::vector<Hook> start_hooks(const Value& value);
Sharing sharing(const Value& value);
std::string mac_address(const Value& value);
// name and external of what is at the top level: NAME is PROJECT_KEY where nothing is said.
void take_name(Fields& fields, const std::string& project, const std::string& key, std::string& name,
               bool& is_external);

// The keys of a service that limit it, and deploy with what belongs to it.
void take_resources(Fields& fields, Resources& resources);
void take_deploy(Fields& fields, Service& service);
// env_file, environment, label_file and labels.
void take_environment(Fields& fields, Service& service, Files& files);

// True for the profiles of a service that is enabled.
using IsEnabled = std::function<bool(const std::vector<std::string>& profiles)>;
Service service(const std::string& name, const Value& value, const IsEnabled& is_enabled, Files& files);

// Of the top level; PROJECT is the project's name.
Network network(const std::string& key, const Value& value, const std::string& project);
Volume volume(const std::string& key, const Value& value, const std::string& project);
Config config(const std::string& key, const Value& value, const std::string& project);
Secret secret(const std::string& key, const Value& value, const std::string& project);

} // namespace slipway::compose::read
