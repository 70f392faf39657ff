// SPDX-License-Identifier: LGPL-2.1-or-later
// run: a new container from an image, started, and in the foreground until its payload has ended.
#include "base/file.hpp"
#include "client/manager.hpp"
#include "slipway/environment.hpp"
#include "slipway/human.hpp"
#include "slipway/limits.hpp"
#include "slipway/mounts.hpp"
#include "slipway/new_container.hpp"
#include "slipway/output.hpp"
#include "slipway/payload.hpp"
#include "slipway/registry_job.hpp"
#include "slipway/timings.hpp"
#include "slipway/verbs.hpp"

namespace slipway::cli {

namespace {

enum class PullWhen { missing, always, never };

struct RunOptions {
    PullWhen pull_when = PullWhen::missing;
    bool is_pull_quiet = false;
    bool is_detached = false;
    bool opens_stdin = false;
    bool shows_timings = false;
    std::vector<std::string> environment;
    std::vector<std::string> environment_files;
    std::vector<std::string> labels;
    std::optional<std::string> entrypoint;
    std::vector<std::string> image_and_command;
    std::vector<std::string> security_options;
    LimitOptions limits;
    MountOptions mounts;
    client::ContainerSettings settings;
};

// "seccomp=FILE", "seccomp=unconfined", "no-new-privileges", which is always so.
void apply_security_options(const std::vector<std::string>& words, client::ContainerSettings& settings)
{
    for (const std::string& word : words) {
        const std::size_t equals = word.find_first_of("=:");
        const std::string key = word.substr(0, equals);
        const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
        if (key == "seccomp" && !value.empty())
            settings.seccomp = value == "unconfined" ? value : read_file(value, 1U << 20U);
        else if (key != "no-new-privileges" || (!value.empty() && value != "true"))
            throw UsageError{"--security-opt takes seccomp=FILE or seccomp=unconfined, not '" + word + "'"};
    }
}

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

RunOptions read_run_options(const Arguments& arguments)
{
    RunOptions run;
    client::ContainerSettings& settings = run.settings;
    std::string pull_when = "missing";
    Options options{
        "run [OPTIONS] IMAGE [COMMAND [ARGUMENT...]]",
        "Makes a container from an image and runs a command in it. Options end at IMAGE: what stands behind "
        "it is the command's."};
    options.flag("-d,--detach", run.is_detached, "Run in the background and print the container's ID");
    options.flag("--rm", settings.is_auto_removed, "Remove the container when it has ended");
    options.text("--name", settings.name, "NAME", "Name it; one is made up otherwise");
    options.flag("-i,--interactive", run.opens_stdin, "Let it read our standard input");
    options.flag("-t,--tty", settings.has_terminal, "Give it a terminal");
    options.list("-e,--env", run.environment, "KEY[=VALUE]",
                 "Set a variable; without VALUE our own is passed on");
    options.list("--env-file", run.environment_files, "FILE", "Set the variables in FILE, one a line");
    options.text("--pull", pull_when, "missing|always|never", "Get the image from a registry first");
    options.flag("-q,--quiet", run.is_pull_quiet, "No progress of that");
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
    options.list("--device", settings.devices, "HOST[:CONTAINER[:rwm]]", "Give it a device");
    options.list("--security-opt", run.security_options, "seccomp=FILE|unconfined",
                 "Another system call filter: a profile as docker has them, or none");
    add_mount_options(options, run.mounts);
    options.list("--volumes-from", settings.volumes_from, "NAME[:ro]",
                 "Mount the volumes and binds of another container too");
    options.flag("--timings", run.shows_timings, "Tell on standard error what each step of the start cost");
    options.command("IMAGE", run.image_and_command);
    options.parse(arguments);

    run.pull_when = read_pull_when(pull_when);
    settings.image = run.image_and_command.front();
    if (run.image_and_command.size() > 1)
        settings.command.emplace(run.image_and_command.begin() + 1, run.image_and_command.end());
    if (run.entrypoint)
        settings.entrypoint = {*run.entrypoint};
    settings.environment = gather_environment(run.environment_files, run.environment);
    settings.labels = parse_labels(run.labels);
    apply_security_options(run.security_options, settings);
    settings.limits = limits_of(run.limits);
    settings.mounts = mounts_of(run.mounts);
    return run;
}

// The session of the new payload; CONTAINER and TIMINGS outlive the task.
async::Task<Fd> start_run(client::Engine& engine, client::ContainerSettings settings, client::Streams streams,
                          std::string& container, Timings& timings)
{
    client::Manager manager{engine};
    client::RunReply reply = co_await manager.run(std::move(settings), streams);
    timings.note("call");
    timings.add_engine(reply.timings);
    container = reply.container;
    co_return std::move(reply.session);
}

int run_in_background(Context& context, client::ContainerSettings settings, Timings& timings)
{
    context.engine().connect();
    timings.note("connect");
    const NewContainer news{context.engine()};
    client::Manager manager{context.engine()};
    const client::RunReply reply = context.await(manager.run(std::move(settings), {}));
    timings.note("call");
    print_line(context.await(news.find_id(reply.container)));
    timings.add_engine(reply.timings);
    return 0;
}

int run_once(Context& context, const RunOptions& options, Timings& timings)
{
    int status = 0;
    if (options.is_detached) {
        status = run_in_background(context, options.settings, timings);
    } else {
        std::string container;
        const Wishes wishes{options.settings.has_terminal, options.opens_stdin};
        require_terminal(wishes);
        context.engine().connect();
        timings.note("connect");
        const Begin begin = [&](client::Streams streams) {
            return start_run(context.engine(), options.settings, streams, container, timings);
        };
        const AskStatus ask_status = [&] {
            client::Container ended{context.engine(), container};
            return context.await(ended.wait());
        };
        status = run_in_foreground(context, wishes, LeaveWhen::at_end_of_output, begin, ask_status);
        timings.note("until the exit");
    }
    return status;
}

} // namespace

int run(Context& context, const Arguments& arguments)
{
    const RunOptions options = read_run_options(arguments);
    Timings timings{context.begun()};
    timings.note("read the command line");
    const PullWish wish{options.settings.image, {}, options.is_pull_quiet};
    if (options.pull_when == PullWhen::always)
        pull_image(context, wish);
    int status = 0;
    bool is_missing = false;
    try {
        status = run_once(context, options, timings);
    } catch (const Failure& failure) {
        // Asked for no sooner, so that it costs nothing where the image is here.
        is_missing = failure.code() == ErrorCode::no_such_image && options.pull_when == PullWhen::missing;
        if (!is_missing)
            throw;
    }
    if (is_missing) {
        if (!options.is_pull_quiet)
            complain(visible(options.settings.image) + " is not here: it is pulled\n");
        pull_image(context, wish);
        timings.note("pull");
        status = run_once(context, options, timings);
    }
    if (options.shows_timings)
        complain(timings.text());
    return status;
}

} // namespace slipway::cli
