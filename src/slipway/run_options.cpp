// SPDX-License-Identifier: LGPL-2.1-or-later
// RunOptions: read.
#include "slipway/run_options.hpp"

#include "base/time_span.hpp"
#include "slipway/environment.hpp"
#include "slipway/listeners.hpp"
#include "slipway/secrets.hpp"
#include "slipway/wires.hpp"

namespace slipway::cli {

namespace {

PullWhen read_pull_when(const std::string& word)
{
    if (word == "missing")
        return PullWhen::missing;
    if (word == "always")
        return PullWhen::always;
    if (word == "never")
        return PullWhen::never;
    throw UsageError{"--pull takes missing, always or never, not '" + word + "'"};
}

} // namespace

RunOptions read_run_options(const Arguments& arguments, Making making)
{
    RunOptions run;
    client::ContainerSettings& settings = run.settings;
    std::string pull_when = "missing";
    const bool runs = making == Making::run;
    Options options{
        runs ? "run [OPTIONS] IMAGE [COMMAND [ARGUMENT...]]"
             : "create [OPTIONS] IMAGE [COMMAND [ARGUMENT...]]",
        runs ? "Makes a container from an image and runs a command in it. Options end at IMAGE: what stands "
               "behind it is the command's."
             : "Makes a container from an image, for 'slipway start' or its sockets to start, and prints its "
               "ID. "
               "Options end at IMAGE: what stands behind it is the command's."};
    if (runs)
        options.flag("-d,--detach", run.is_detached, "Run in the background and print the container's ID");
    if (runs) {
        options.flag("--supervise", run.is_supervised,
                     "Be its mirror, for a supervisor's unit (see slipway supervise)");
        add_supervision_options(options, run.supervision);
    }
    options.flag("--replace", run.replaces, "A container of that name goes first");
    options.text("--restart", settings.restart, "POLICY",
                 "When systemd starts it anew: no, on-failure[:RETRIES], always, unless-stopped, with "
                 ",delay=TIME and for counted retries ,window=TIME behind");
    options.list("--property", settings.properties, "KEY=VALUE",
                 "A property of its unit, as in a unit's file: MemoryHigh=1G, After=db.service");
    options.flag("--rm", settings.is_auto_removed, "Remove the container when it has ended");
    options.text("--name", settings.name, "NAME", "Name it; one is made up otherwise");
    if (runs)
        options.flag("-i,--interactive", run.opens_stdin, "Let it read our standard input");
    options.flag("-t,--tty", settings.has_terminal, "Give it a terminal");
    options.list("-e,--env", run.environment, "KEY[=VALUE]",
                 "Set a variable; without VALUE our own is passed on");
    options.list("--env-file", run.environment_files, "FILE", "Set the variables in FILE, one a line");
    options.flag("--env-host", run.has_own_environment, "Pass all our own variables on; others win");
    options.text("--pull", pull_when, "missing|always|never", "Get the image from a registry first");
    options.flag("-q,--quiet", run.is_pull_quiet, "No progress of that");
    options.text("--platform", settings.platform, "PLATFORM",
                 "The image for this one, such as linux/arm64; got from a registry if another's is here");
    options.text("--authfile", run.auth_file, "FILE", "Credentials for that are in this file");
    add_retry_options(options, run.retries);
    options.text("-w,--workdir", settings.working_directory, "DIRECTORY", "Where the command starts");
    options.text("-u,--user", settings.user, "USER[:GROUP]", "As whom it runs, by name or number");
    options.text("--entrypoint", run.entrypoint, "PROGRAM",
                 "Run this in place of the image's entry point; '' for none");
    options.text("--hostname", settings.hostname, "NAME", "Its host name; the container's name otherwise");
    options.list("-l,--label", run.labels, "KEY[=VALUE]", "Attach a label");
    options.text("--stop-signal", settings.stop_signal, "SIGNAL", "What 'slipway stop' sends");
    options.seconds("--stop-timeout", settings.stop_timeout,
                    "How long after that SIGKILL follows; 10 otherwise");
    options.text("--log-tag", settings.log_tag, "TAG", "SYSLOG_IDENTIFIER of its lines in the journal");
    add_limit_options(options, run.limits);
    options.text("--userns", settings.user_namespace, "auto|keep|host",
                 "IDs of its own, the host's IDs without power over the host, or no user namespace");
    options.list("--cap-add", settings.added_capabilities, "NAME", "Give it a capability; ALL for all");
    options.list("--cap-drop", settings.dropped_capabilities, "NAME", "Take one away; ALL for all");
    options.list("--device", settings.devices, "DEVICE",
                 "Give it a device: HOST[:CONTAINER[:rwm]], or VENDOR/CLASS=NAME of a CDI specification");
    options.list("--security-opt", run.security_options, "KEY=VALUE",
                 "seccomp=FILE or unconfined, no-new-privileges=false, systempaths=unconfined");
    add_mount_options(options, run.mounts);
    options.list("--volumes-from", settings.volumes_from, "NAME[:ro]",
                 "Mount the volumes and binds of another container too");
    options.list("--secret", run.secrets, "SECRET",
                 "A secret as a file in /run/secrets: NAME[,target=PATH][,mode=0400][,uid=N][,gid=N]");
    options.list("--config", run.configs, "SECRET", "The same as a file /NAME that all may read");
    add_network_options(options, run.networks, settings);
    options.list(
        "--wire", run.wires, "WIRE",
        "A socket in it that leads to another container: CONTAINER:PORT[,as=…][,port=…][,unix=…][,env]");
    add_surrounding_options(options, run.surroundings, settings);
    options.text("--cidfile", run.id_file, "FILE", "Write the container's ID to a new file");
    options.list("--listen", run.listeners, "SOCKET",
                 "A socket of the host's that starts it: ADDRESS[/udp][:NAME] is passed to it, ADDRESS=PORT "
                 "leads to its port");
    options.text("--sdnotify", run.notification, "container|healthy|ignore",
                 "When it is ready: when it says so itself (sd_notify(3)), when it is healthy, or at once");
    options.text("--group", run.group, "GROUP[:MEMBER]",
                 "The group it belongs to, and what it is there; its own name otherwise");
    add_health_options(options, run.health);
    options.text("--idle-stop", run.idle_stop, "TIME",
                 "Stop it after so long without a connection by these or a wire: 5min");
    if (runs)
        options.flag("--timings", run.shows_timings,
                     "Tell on standard error what each step of the start cost");
    options.command("IMAGE", run.image_and_command);
    options.parse(arguments);

    run.pull_when = read_pull_when(pull_when);
    static_cast<void>(run.retries.pause());
    settings.image = run.image_and_command.front();
    if (run.image_and_command.size() > 1)
        settings.command.emplace(run.image_and_command.begin() + 1, run.image_and_command.end());
    if (run.entrypoint)
        settings.entrypoint = {*run.entrypoint};
    settings.environment = gather_environment(run.environment_files, run.environment);
    if (run.has_own_environment) {
        std::vector<std::string> own = own_environment();
        settings.environment.insert(settings.environment.begin(), std::make_move_iterator(own.begin()),
                                    std::make_move_iterator(own.end()));
    }
    settings.labels = parse_labels(run.labels);
    apply_security_options(run.security_options, settings);
    apply(run.surroundings, settings);
    settings.limits = limits_of(run.limits);
    settings.mounts = mounts_of(run.mounts);
    for (const std::string& word : run.secrets)
        settings.secrets.push_back(parse_secret(word, SecretUse::secret));
    for (const std::string& word : run.configs)
        settings.secrets.push_back(parse_secret(word, SecretUse::config));
    apply(run.networks, settings);
    for (const std::string& word : run.wires)
        settings.wires.push_back(parse_wire(word));
    for (const std::string& word : run.listeners)
        settings.listeners.push_back(parse_listener(word));
    if (run.notification != "container" && run.notification != "healthy" && run.notification != "ignore")
        throw UsageError{"--sdnotify takes container, healthy or ignore, not '" + run.notification + "'"};
    settings.notifies = run.notification == "container";
    settings.is_ready_when_healthy = run.notification == "healthy";
    if (run.is_supervised && (run.is_detached || run.opens_stdin))
        throw UsageError{"--supervise stays in the foreground and reads nothing: leave out -d and -i"};
    if (run.replaces && !settings.name)
        throw UsageError{"--replace: which one? (--name)"};
    apply(run.health, settings);
    if (run.group) {
        const std::size_t colon = run.group->find(':');
        settings.group = run.group->substr(0, colon);
        if (colon != std::string::npos)
            settings.member = run.group->substr(colon + 1);
    }
    if (run.idle_stop)
        settings.idle_stop = parse_time_span(*run.idle_stop).value();
    return run;
}

} // namespace slipway::cli
