// SPDX-License-Identifier: LGPL-2.1-or-later
// Container: the proxy of one container object (dbus/org.slipway.Engine1.Container.xml), and what is known of
// it.
#pragma once

#include "base/time.hpp"
#include "client/engine.hpp"
#include "client/properties.hpp"
#include "client/settings.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slipway::client {

inline constexpr const char* container_interface = "org.slipway.Engine1.Container";

struct ContainerInfo {
    std::string path;
    std::string id;
    std::string name;
    std::string unit;
    std::string image_path;
    std::string image_name;
    std::vector<std::string> command;
    std::map<std::string, std::string> labels;
    bool has_terminal = false;
    bool is_auto_removed = false;
    // "created", "starting", "running", "paused", "stopping" or "exited".
    std::string state;
    std::string group;
    std::string member; // of it
    // "starting", "healthy", "unhealthy" or empty.
    std::string health;
    std::uint32_t pid = 0;
    std::int32_t exit_status = -1;
    std::int32_t exit_signal = 0;
    std::string exit_cause;
    // Microseconds since the epoch, 0 for never.
    std::uint64_t created_usec = 0;
    std::uint64_t started_usec = 0;
    std::uint64_t finished_usec = 0;
    std::vector<std::string> ports; // published: "8080->80/tcp"
    std::uint64_t idle_stop_usec = 0;
    std::string readiness; // "started", "notified" or "healthy"
    std::string restart;   // "no", "on-failure:3" …

    bool is_alive() const { return state != "created" && state != "exited"; }
    // It runs, or is between two runs for all that is said here.
    bool may_go_on() const { return is_alive() || (state == "exited" && is_kept()); }
    // systemd may start it anew: by its restart policy, or the service that it last ran in.
    bool is_kept() const { return (!restart.empty() && restart != "no") || unit.ends_with(".service"); }
};

// Reads an a{sv} of container properties.
ContainerInfo read_container(std::string path, bus::Message& properties);

struct StopOptions {
    std::optional<std::string> signal;
    std::optional<std::chrono::microseconds> timeout;
};

enum class Removal { only_at_rest, forced };

struct CommitSettings {
    std::string name; // of the image; may be empty
    std::vector<std::string> changes;
    std::optional<std::string> comment;
    std::optional<std::string> author;
    bool pauses = true;
};

struct CopyTarget {
    std::string path;
    bool keeps_owners = false;
    bool is_archive = false; // any, for the directory PATH
};

class Container {
  public:
    Container(Engine& engine, std::string path) : engine_{&engine}, path_{std::move(path)} {}
    const std::string& path() const noexcept { return path_; }

    async::Task<> start();
    // SOCKETS: of its listeners that are passed, in their order, or of a container without listeners any,
    // with NAMES; they stay the caller's.
    async::Task<> start(std::vector<int> sockets, std::vector<std::string> names);
    // As what it is to live by. SOCKETS, NAMES as above; SUPERVISOR: one end of a packet pair that we made,
    // whose other end is the session (client/session.hpp).
    struct Supervised {
        std::vector<int> sockets;
        std::vector<std::string> names;
        int supervisor = -1;
        Streams streams;
        std::uint64_t watchdog_usec = 0; // 0: none
    };
    async::Task<> start(Supervised supervised);
    // Whether it was.
    async::Task<bool> stop_if_idle();
    async::Task<> stop(StopOptions options);
    async::Task<> restart(StopOptions options);
    async::Task<> kill(std::string signal);
    // By systemd's names: {"MemoryMax": bytes}.
    async::Task<> update(std::map<std::string, std::uint64_t> limits);
    async::Task<> pause();
    async::Task<> unpause();
    // The exit status, once it has ended. An engine that restarts meanwhile is asked again.
    async::Task<int> wait();
    // The first end later than AFTER_USEC, or that of one at rest which nothing starts anew.
    struct End {
        int status = 0;
        std::uint64_t at_usec = 0;
        bool is_last = true; // its restart policy does not bring it back
    };
    async::Task<End> next_end(std::uint64_t after_usec);
    // The end that nothing follows.
    async::Task<End> last_end();
    // VOLUMES: its anonymous ones.
    enum class OwnVolumes { kept, removed };
    async::Task<> remove(Removal removal, OwnVolumes volumes = OwnVolumes::kept);
    // The session's socket (client/session.hpp).
    async::Task<Fd> exec(ExecSettings settings, Streams streams);
    // The path of the job (client/job.hpp).
    async::Task<std::string> export_root(int archive);
    // The same. FOLLOWS_LINK: at the end of the path.
    async::Task<std::string> copy_from(std::string path, bool follows_link, int archive);
    // The same.
    async::Task<std::string> copy_to(CopyTarget target, int archive);
    // The same.
    async::Task<std::string> commit(CommitSettings settings);
    // To OUTPUT, as dbus/org.slipway.Engine1.Container.xml says.
    async::Task<> diff(int output);
    async::Task<std::string> describe();
    async::Task<ContainerInfo> read();

  private:
    async::Task<bus::Message> call_for_end(const char* name, Engine::Fill fill);
    Method method(const char* member) const { return {path_, container_interface, member}; }

    Engine* engine_;
    std::string path_;
};

} // namespace slipway::client
