// SPDX-License-Identifier: LGPL-2.1-or-later
// RunOptions: what the command line says of a container that is to be made, by run and create.
#pragma once

#include "arguments/options.hpp"
#include "client/settings.hpp"
#include "slipway/health_options.hpp"
#include "slipway/limits.hpp"
#include "slipway/mounts.hpp"
#include "slipway/networks.hpp"
#include "slipway/retries.hpp"
#include "slipway/supervision.hpp"
#include "slipway/surroundings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slipway::cli {

enum class PullWhen { missing, always, never };

struct RunOptions {
    PullWhen pull_when = PullWhen::missing;
    bool is_pull_quiet = false;
    std::string auth_file;
    Retries retries;
    bool is_detached = false;
    bool opens_stdin = false;
    bool shows_timings = false;
    bool is_supervised = false;
    SupervisionOptions supervision;
    bool replaces = false;
    std::vector<std::string> environment;
    std::vector<std::string> environment_files;
    bool has_own_environment = false;
    std::vector<std::string> labels;
    std::optional<std::string> entrypoint;
    std::vector<std::string> image_and_command;
    std::vector<std::string> security_options;
    LimitOptions limits;
    MountOptions mounts;
    NetworkOptions networks;
    SurroundingOptions surroundings;
    std::vector<std::string> listeners;
    std::optional<std::string> idle_stop;
    std::string notification = "ignore";
    HealthOptions health;
    std::optional<std::string> group;
    std::optional<std::string> id_file;
    std::vector<std::string> wires;
    std::vector<std::string> secrets;
    std::vector<std::string> configs;
    client::ContainerSettings settings;
};

// The verb: create has no options of what begins at once.
enum class Making { run, create };

// Throws UsageError.
RunOptions read_run_options(const Arguments& arguments, Making making);

} // namespace slipway::cli
