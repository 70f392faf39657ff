// SPDX-License-Identifier: LGPL-2.1-or-later
// Surroundings: from docker's words to settings.
#include "slipway/surroundings.hpp"

#include "base/file.hpp"
#include "slipway/key_values.hpp"
#include "slipway/limits.hpp"

namespace slipway::cli {

namespace {

void share(const char* name, const std::optional<std::string>& word, client::ContainerSettings& settings)
{
    if (!word || *word == "private")
        return;
    if (*word != "host")
        throw UsageError{std::string{"--"} + (name == std::string{"cgroup"} ? "cgroupns" : name) +
                         " takes private or host, not '" + *word + "'"};
    settings.host_namespaces.emplace_back(name);
}

} // namespace

void add_surrounding_options(Options& options, SurroundingOptions& target,
                             client::ContainerSettings& settings)
{
    options.flag("--privileged", settings.is_privileged,
                 "Give it all that the host's root may; nothing is left of the sandbox");
    options.flag("--init", settings.has_init,
                 "Its first process is one of ours, which passes signals on and reaps what others leave");
    options.flag("--read-only", settings.has_read_only_root, "Make its root file system read-only");
    options.text("--shm-size", target.shm_size, "SIZE", "Size of /dev/shm; 64m otherwise");
    options.list("--ulimit", settings.ulimits, "NAME=SOFT[:HARD]", "Limit its processes: nofile=1024");
    options.list("--group-add", settings.groups, "GROUP", "Add a group, by name or number");
    options.list("--sysctl", target.sysctls, "KEY=VALUE", "Set a parameter of its namespaces");
    options.text("--oom-score-adj", settings.oom_score_adjust, "NUMBER",
                 "How soon the kernel kills it for want of memory, -1000 to 1000");
    options.text("--domainname", settings.domainname, "NAME", "Its NIS domain name");
    options.text("--ipc", target.ipc, "private|host", "Share the host's IPC namespace");
    options.text("--pid", target.pid, "private|host", "Share the host's PID namespace");
    options.text("--uts", target.uts, "private|host", "Share the host's host name");
    options.text("--cgroupns", target.cgroup, "private|host", "Show it the host's cgroups");
}

void apply(const SurroundingOptions& options, client::ContainerSettings& settings)
{
    if (options.shm_size) {
        settings.shm_size = parse_size(*options.shm_size);
        if (settings.shm_size.value_or(0) == 0)
            throw UsageError{"--shm-size takes a size such as 512m or 2g, not '" + *options.shm_size + "'"};
    }
    settings.sysctls = parse_key_values("--sysctl", options.sysctls);
    share("ipc", options.ipc, settings);
    share("pid", options.pid, settings);
    share("uts", options.uts, settings);
    share("cgroup", options.cgroup, settings);
}

void apply_security_options(const std::vector<std::string>& words, client::ContainerSettings& settings)
{
    for (const std::string& word : words) {
        const std::size_t equals = word.find_first_of("=:");
        const std::string key = word.substr(0, equals);
        const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
        if (key == "seccomp" && !value.empty())
            settings.seccomp = value == "unconfined" ? value : read_file(value, 1U << 20U);
        else if (key == "no-new-privileges" && (value.empty() || value == "true" || value == "false"))
            settings.has_new_privileges = value == "false";
        else if (key == "systempaths" && value == "unconfined")
            settings.has_open_system_paths = true;
        // What there is none of here.
        else if ((key != "apparmor" || value != "unconfined") && (key != "label" || value != "disable"))
            throw UsageError{
                "--security-opt takes seccomp=FILE, seccomp=unconfined, no-new-privileges=true or "
                "false, or systempaths=unconfined, not '" +
                word + "'"};
    }
}

} // namespace slipway::cli
