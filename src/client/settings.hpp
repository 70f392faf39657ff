// SPDX-License-Identifier: LGPL-2.1-or-later
// Settings: what Manager.Create, Manager.Run and Container.Exec take, as plain values and on the wire.
#pragma once

#include "bus/message.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slipway::client {

// One of Mounts; what is empty is left out.
struct Mount {
    std::string type; // "volume", "bind", "tmpfs"
    std::string source;
    std::string target;
    bool is_read_only = false;
    bool has_no_copy = false;
    bool is_not_mapped = false;
    std::string propagation;
    std::string recursive;
    std::string sub_path;
    std::vector<std::string> options;
    std::map<std::string, std::string> volume_options;
    std::map<std::string, std::string> volume_labels;
    std::optional<std::uint64_t> size;
    std::optional<std::uint32_t> mode;

    bool operator==(const Mount&) const = default;
};

// One of Secrets.
struct SecretSettings {
    std::string name;
    std::string target; // empty: its name, in /run/secrets
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint32_t mode = 0400;

    bool operator==(const SecretSettings&) const = default;
};

// One of Wires; what is empty or absent is left to the engine.
struct WireSettings {
    std::string target;
    std::uint16_t target_port = 0;
    std::optional<std::string> name;
    std::optional<std::uint32_t> port;
    std::optional<std::string> unix_path;
    bool has_environment = false;

    bool operator==(const WireSettings&) const = default;
};

// One of Listeners.
struct ListenerSettings {
    std::string kind; // "stream", "datagram", "seqpacket"
    std::string address;
    std::optional<std::string> name;
    std::optional<std::uint32_t> target_port;

    bool operator==(const ListenerSettings&) const = default;
};

// As dbus/org.slipway.Engine1.Manager.xml says of Create; what is absent is left to the engine.
struct ContainerSettings {
    std::string image;
    std::optional<std::string> platform;
    std::optional<std::string> name;
    std::optional<std::vector<std::string>> command;
    // {""} clears the image's.
    std::optional<std::vector<std::string>> entrypoint;
    std::vector<std::string> environment;
    std::optional<std::string> working_directory;
    std::optional<std::string> user;
    bool has_terminal = false;
    bool is_auto_removed = false;
    std::optional<std::string> hostname;
    std::map<std::string, std::string> labels;
    std::optional<std::string> stop_signal;
    std::optional<std::chrono::microseconds> stop_timeout;
    std::optional<std::string> log_tag;
    std::optional<std::string> user_namespace;
    std::optional<std::string> seccomp;
    std::vector<std::string> added_capabilities;
    std::vector<std::string> dropped_capabilities;
    std::vector<std::string> devices;
    bool is_privileged = false;
    bool has_new_privileges = false;
    bool has_open_system_paths = false;
    bool has_read_only_root = false;
    std::optional<std::uint64_t> shm_size;
    std::vector<std::string> ulimits;
    std::vector<std::string> groups;
    std::map<std::string, std::string> sysctls;
    std::optional<std::string> oom_score_adjust;
    std::optional<std::string> domainname;
    std::vector<std::string> host_namespaces;
    std::map<std::string, std::uint64_t> limits;
    std::vector<Mount> mounts;
    std::vector<SecretSettings> secrets;
    std::vector<std::string> volumes_from;
    std::vector<std::string> networks;
    std::vector<std::string> ports;
    std::vector<std::string> exposed_ports;
    std::vector<std::string> name_servers;
    std::vector<std::string> search_domains;
    std::vector<std::string> resolver_options;
    std::vector<std::string> hosts;
    std::vector<std::string> allowed_peers;
    std::vector<std::string> denied_peers;
    std::optional<std::string> bandwidth;
    bool publishes_all = false;
    std::vector<WireSettings> wires;
    std::vector<ListenerSettings> listeners;
    std::optional<std::chrono::microseconds> idle_stop;
    bool notifies = false;
    bool has_init = false;
    std::optional<std::string> group;
    std::optional<std::string> member;    // of it
    std::vector<std::string> health_test; // empty: the image's
    std::optional<std::chrono::microseconds> health_interval;
    std::optional<std::chrono::microseconds> health_timeout;
    std::optional<std::chrono::microseconds> health_start_period;
    std::optional<std::chrono::microseconds> health_start_interval;
    std::optional<std::uint32_t> health_retries;
    std::optional<std::string> on_unhealthy;
    std::optional<std::string> restart; // "on-failure:3"
    bool is_ready_when_healthy = false;
    std::vector<std::string> properties; // of its unit: "MemoryHigh=1G"
};

struct ExecSettings {
    std::vector<std::string> command;
    std::vector<std::string> environment;
    std::optional<std::string> working_directory;
    std::optional<std::string> user;
    bool has_terminal = false;
    bool is_privileged = false;
};

// The ends that are handed over; none stays -1. They remain the caller's to close.
struct Streams {
    int standard_input = -1;
    int standard_output = -1;
    int standard_error = -1;
};

// Write an a{sv}, an a{sh}. Text that is no UTF-8 cannot travel: Failure{invalid_argument}.
void append_settings(bus::Message& message, const ContainerSettings& settings);
void append_settings(bus::Message& message, const ExecSettings& settings);
void append_streams(bus::Message& message, const Streams& streams);
void append_words(bus::Message& message, const std::vector<std::string>& words);
void append_text(bus::Message& message, const std::string& text);
// Target, port and options of one.
void append_wire(bus::Message& message, const WireSettings& wire);

// Writes the pairs of one a{sv}; finish() closes it.
class OptionWriter {
  public:
    explicit OptionWriter(bus::Message& message);
    void text(const char* key, const std::optional<std::string>& value);
    void words(const char* key, const std::vector<std::string>& value);
    // None is written for none.
    void files(const char* key, const std::vector<int>& value);
    void flag(const char* key, bool value);
    void number(const char* key, const std::optional<std::uint64_t>& value);
    void time(const char* key, const std::optional<std::chrono::microseconds>& value);
    void labels(const char* key, const std::map<std::string, std::string>& value);
    void numbers(const char* key, const std::map<std::string, std::uint64_t>& value);
    void mounts(const char* key, const std::vector<Mount>& value);
    void secrets(const char* key, const std::vector<SecretSettings>& value);
    void finish() { message_->close(); }

  private:
    bus::Message* message_;
};

} // namespace slipway::client
