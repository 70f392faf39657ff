// SPDX-License-Identifier: LGPL-2.1-or-later
// Container: its methods as calls.
#include "client/container.hpp"

#include "async/timer.hpp"

namespace slipway::client {

namespace {

// An engine that is gone more often than this in a row is not restarting but broken.
constexpr int lost_waits_limit = 5;
constexpr std::chrono::milliseconds pause_between_waits{100};

} // namespace

ContainerInfo read_container(std::string path, bus::Message& properties)
{
    ContainerInfo info;
    info.path = std::move(path);
    read_properties(properties, {
                                    {"Id", into(info.id)},
                                    {"Name", into(info.name)},
                                    {"Unit", into(info.unit)},
                                    {"Image", into_path(info.image_path)},
                                    {"ImageName", into(info.image_name)},
                                    {"Command", into(info.command)},
                                    {"Labels", into(info.labels)},
                                    {"Terminal", into(info.has_terminal)},
                                    {"AutoRemove", into(info.is_auto_removed)},
                                    {"State", into(info.state)},
                                    {"Health", into(info.health)},
                                    {"Group", into(info.group)},
                                    {"Member", into(info.member)},
                                    {"PID", into(info.pid)},
                                    {"ExitStatus", into(info.exit_status)},
                                    {"ExitSignal", into(info.exit_signal)},
                                    {"ExitCause", into(info.exit_cause)},
                                    {"CreatedTimestamp", into(info.created_usec)},
                                    {"StartedTimestamp", into(info.started_usec)},
                                    {"FinishedTimestamp", into(info.finished_usec)},
                                    {"Ports", into(info.ports)},
                                    {"IdleStopUSec", into(info.idle_stop_usec)},
                                    {"Readiness", into(info.readiness)},
                                    {"Restart", into(info.restart)},
                                });
    return info;
}

async::Task<> Container::start()
{
    Engine::Fill fill = [](bus::Message& message) { OptionWriter{message}.finish(); };
    co_await engine_->call(method("Start"), Effect::changes, std::move(fill), change_timeout);
}

async::Task<> Container::start(std::vector<int> sockets, std::vector<std::string> names)
{
    Engine::Fill fill = [sockets, names](bus::Message& message) {
        OptionWriter writer{message};
        writer.files("Sockets", sockets);
        writer.words("SocketNames", names);
        writer.finish();
    };
    co_await engine_->call(method("Start"), Effect::changes, std::move(fill), change_timeout);
}

async::Task<> Container::start(Supervised supervised)
{
    Engine::Fill fill = [supervised](bus::Message& message) {
        OptionWriter writer{message};
        if (!supervised.sockets.empty()) {
            writer.files("Sockets", supervised.sockets);
            writer.words("SocketNames", supervised.names);
        }
        writer.files("Supervisor", {supervised.supervisor});
        if (supervised.watchdog_usec != 0)
            message.append("{sv}", "WatchdogUSec", "t", supervised.watchdog_usec);
        message.open('e', "sv").append("s", "Streams").open('v', "a{sh}");
        append_streams(message, supervised.streams);
        message.close().close();
        writer.finish();
    };
    // One that is being stopped is waited for, and that may take any time.
    co_await engine_->call(method("Start"), Effect::changes, std::move(fill), bus::no_call_timeout);
}

async::Task<bool> Container::stop_if_idle()
{
    Engine::Fill fill = [](bus::Message& message) { OptionWriter{message}.finish(); };
    bus::Message reply =
        co_await engine_->call(method("StopIfIdle"), Effect::changes, std::move(fill), change_timeout);
    int has_stopped = 0;
    reply.read("b", &has_stopped);
    co_return has_stopped != 0;
}

namespace {

Engine::Fill filled(const StopOptions& options)
{
    return [options](bus::Message& message) {
        OptionWriter writer{message};
        writer.text("Signal", options.signal);
        writer.time("TimeoutUSec", options.timeout);
        writer.finish();
    };
}

} // namespace

// The container's own stop time-out bounds both, and that may be any.
async::Task<> Container::stop(StopOptions options)
{
    Engine::Fill fill = filled(options);
    co_await engine_->call(method("Stop"), Effect::changes, std::move(fill), bus::no_call_timeout);
}

async::Task<> Container::restart(StopOptions options)
{
    Engine::Fill fill = filled(options);
    co_await engine_->call(method("Restart"), Effect::changes, std::move(fill), bus::no_call_timeout);
}

async::Task<> Container::kill(std::string signal)
{
    Engine::Fill fill = [signal](bus::Message& message) { message.append("s", signal.c_str()); };
    co_await engine_->call(method("Kill"), Effect::changes, std::move(fill), change_timeout);
}

async::Task<> Container::update(std::map<std::string, std::uint64_t> limits)
{
    Engine::Fill fill = [limits](bus::Message& message) {
        OptionWriter writer{message};
        writer.numbers("Limits", limits);
        writer.finish();
    };
    co_await engine_->call(method("Update"), Effect::changes, std::move(fill), change_timeout);
}

async::Task<> Container::pause()
{
    co_await engine_->call(method("Pause"), Effect::changes, {}, change_timeout);
}

async::Task<> Container::unpause()
{
    co_await engine_->call(method("Unpause"), Effect::changes, {}, change_timeout);
}

// An engine that leaves meanwhile is asked again.
async::Task<bus::Message> Container::call_for_end(const char* name, Engine::Fill fill)
{
    for (int lost = 0;; ++lost) {
        try {
            bus::Message reply =
                co_await engine_->call(method(name), Effect::reads, fill, bus::no_call_timeout);
            co_return reply;
        } catch (const Failure& failure) {
            if (failure.code() != ErrorCode::unavailable || lost == lost_waits_limit)
                throw;
        }
        co_await async::sleep_for(engine_->loop(), pause_between_waits);
    }
}

async::Task<int> Container::wait()
{
    bus::Message reply = co_await call_for_end("Wait", {});
    std::int32_t status = 0;
    reply.read("i", &status);
    co_return status;
}

async::Task<Container::End> Container::next_end(std::uint64_t after_usec)
{
    Engine::Fill fill = [after_usec](bus::Message& message) { message.append("t", after_usec); };
    bus::Message reply = co_await call_for_end("WaitForEnd", std::move(fill));
    End end;
    int is_last = 0;
    reply.read("itb", &end.status, &end.at_usec, &is_last);
    end.is_last = is_last != 0;
    co_return end;
}

async::Task<Container::End> Container::last_end()
{
    End end;
    do
        end = co_await next_end(end.at_usec);
    while (!end.is_last);
    co_return end;
}

async::Task<> Container::remove(Removal removal, OwnVolumes volumes)
{
    Engine::Fill fill = [removal, volumes](bus::Message& message) {
        OptionWriter writer{message};
        writer.flag("Force", removal == Removal::forced);
        writer.flag("Volumes", volumes == OwnVolumes::removed);
        writer.finish();
    };
    co_await engine_->call(method("Remove"), Effect::changes, std::move(fill), change_timeout);
}

async::Task<Fd> Container::exec(ExecSettings settings, Streams streams)
{
    Engine::Fill fill = [settings, streams](bus::Message& message) {
        append_words(message, settings.command);
        append_settings(message, settings);
        append_streams(message, streams);
    };
    bus::Message reply =
        co_await engine_->call(method("Exec"), Effect::changes, std::move(fill), change_timeout);
    co_return reply.read_fd();
}

async::Task<std::string> Container::export_root(int archive)
{
    Engine::Fill fill = [archive](bus::Message& message) {
        message.append("h", archive);
        OptionWriter{message}.finish();
    };
    bus::Message reply =
        co_await engine_->call(method("Export"), Effect::changes, std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<std::string> Container::copy_from(std::string path, bool follows_link, int archive)
{
    Engine::Fill fill = [path, follows_link, archive](bus::Message& message) {
        append_text(message, path);
        message.append("h", archive);
        OptionWriter options{message};
        options.flag("FollowLink", follows_link);
        options.finish();
    };
    bus::Message reply =
        co_await engine_->call(method("CopyFrom"), Effect::changes, std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<std::string> Container::copy_to(CopyTarget target, int archive)
{
    Engine::Fill fill = [target, archive](bus::Message& message) {
        append_text(message, target.path);
        message.append("h", archive);
        OptionWriter options{message};
        options.flag("Owners", target.keeps_owners);
        options.flag("Archive", target.is_archive);
        options.finish();
    };
    bus::Message reply =
        co_await engine_->call(method("CopyTo"), Effect::changes, std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<std::string> Container::commit(CommitSettings settings)
{
    Engine::Fill fill = [settings](bus::Message& message) {
        append_text(message, settings.name);
        OptionWriter writer{message};
        writer.words("Changes", settings.changes);
        writer.text("Comment", settings.comment);
        writer.text("Author", settings.author);
        if (!settings.pauses)
            message.append("{sv}", "Pause", "b", 0);
        writer.finish();
    };
    bus::Message reply =
        co_await engine_->call(method("Commit"), Effect::changes, std::move(fill), change_timeout);
    co_return read_path(reply);
}

async::Task<> Container::diff(int output)
{
    Engine::Fill fill = [output](bus::Message& message) {
        message.append("h", output);
        OptionWriter{message}.finish();
    };
    // What was written before a connection was lost would be written twice.
    co_await engine_->call(method("Diff"), Effect::changes, std::move(fill), bus::no_call_timeout);
}

async::Task<std::string> Container::describe()
{
    bus::Message reply = co_await engine_->call(method("Describe"), Effect::reads);
    co_return reply.read_string();
}

async::Task<ContainerInfo> Container::read()
{
    bus::Message properties = co_await fetch_properties(*engine_, path_, container_interface);
    co_return read_container(path_, properties);
}

} // namespace slipway::client
