// SPDX-License-Identifier: LGPL-2.1-or-later
// run: a new container from an image, started, and in the foreground until its payload has ended.
#include "client/manager.hpp"
#include "slipway/environment.hpp"
#include "slipway/human.hpp"
#include "slipway/id_file.hpp"
#include "slipway/limits.hpp"
#include "slipway/mounts.hpp"
#include "slipway/networks.hpp"
#include "slipway/new_container.hpp"
#include "slipway/output.hpp"
#include "slipway/payload.hpp"
#include "slipway/registry_job.hpp"
#include "slipway/surroundings.hpp"
#include "slipway/timings.hpp"
#include "slipway/verbs.hpp"
#include "slipway/wires.hpp"

namespace slipway::cli {

namespace {

enum class PullWhen { missing, always, never };

struct RunOptions {
    PullWhen pull_when = PullWhen::missing;
    bool is_pull_quiet = false;
    std::string auth_file;
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
    NetworkOptions networks;
    SurroundingOptions surroundings;
    std::optional<std::string> id_file;
    std::vector<std::string> wires;
    client::ContainerSettings settings;
};

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
    options.text("--platform", settings.platform, "PLATFORM",
                 "The image for this one, such as linux/arm64; got from a registry if another's is here");
    options.text("--authfile", run.auth_file, "FILE", "Credentials for that are in this file");
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
    add_network_options(options, run.networks, settings);
    options.list(
        "--wire", run.wires, "WIRE",
        "A socket in it that leads to another container: CONTAINER:PORT[,as=…][,port=…][,unix=…][,env]");
    add_surrounding_options(options, run.surroundings, settings);
    options.text("--cidfile", run.id_file, "FILE", "Write the container's ID to a new file");
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
    apply(run.surroundings, settings);
    settings.limits = limits_of(run.limits);
    settings.mounts = mounts_of(run.mounts);
    apply(run.networks, settings);
    for (const std::string& word : run.wires)
        settings.wires.push_back(parse_wire(word));
    return run;
}

// The session of the new payload; CONTAINER, TIMINGS and FILE outlive the task.
async::Task<Fd> start_run(client::Engine& engine, client::ContainerSettings settings, client::Streams streams,
                          std::string& container, Timings& timings, IdFile& file,
                          const std::optional<NewContainer>& news)
{
    client::Manager manager{engine};
    client::RunReply reply = co_await manager.run(std::move(settings), streams);
    timings.note("call");
    timings.add_engine(reply.timings);
    container = reply.container;
    if (news) {
        const std::string id = co_await news->find_id(container);
        file.write(id);
    }
    co_return std::move(reply.session);
}

int run_in_background(Context& context, client::ContainerSettings settings, Timings& timings, IdFile& file)
{
    context.engine().connect();
    timings.note("connect");
    const NewContainer news{context.engine()};
    client::Manager manager{context.engine()};
    const client::RunReply reply = context.await(manager.run(std::move(settings), {}));
    timings.note("call");
    const std::string id = context.await(news.find_id(reply.container));
    print_line(id);
    file.write(id);
    timings.add_engine(reply.timings);
    return 0;
}

int run_once(Context& context, const RunOptions& options, Timings& timings, IdFile& file)
{
    int status = 0;
    if (options.is_detached) {
        status = run_in_background(context, options.settings, timings, file);
    } else {
        std::string container;
        const Wishes wishes{options.settings.has_terminal, options.opens_stdin};
        require_terminal(wishes);
        context.engine().connect();
        timings.note("connect");
        // Heard of from the beginning, since a container that is removed at its end cannot be asked.
        std::optional<NewContainer> news;
        if (file.is_wanted())
            news.emplace(context.engine());
        const Begin begin = [&](client::Streams streams) {
            return start_run(context.engine(), options.settings, streams, container, timings, file, news);
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
    IdFile file{options.id_file};
    const PullWish wish{options.settings.image, options.settings.platform, options.auth_file,
                        options.is_pull_quiet};
    if (options.pull_when == PullWhen::always)
        pull_image(context, wish);
    int status = 0;
    bool is_missing = false;
    try {
        status = run_once(context, options, timings, file);
    } catch (const Failure& failure) {
        // Asked for no sooner, so that it costs nothing where the image is here.
        is_missing = failure.code() == ErrorCode::no_such_image && options.pull_when == PullWhen::missing;
        if (!is_missing)
            throw;
    }
    if (is_missing) {
        if (!options.is_pull_quiet)
            complain(visible(options.settings.image) +
                     (options.settings.platform ? " for " + visible(*options.settings.platform) : "") +
                     " is not here: it is pulled\n");
        pull_image(context, wish);
        timings.note("pull");
        status = run_once(context, options, timings, file);
    }
    if (options.shows_timings)
        complain(timings.text());
    return status;
}

} // namespace slipway::cli
