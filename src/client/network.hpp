// SPDX-License-Identifier: LGPL-2.1-or-later
// Network: the proxy of one network object (dbus/org.slipway.Engine1.Network.xml), and what is known of it.
#pragma once

#include "client/engine.hpp"
#include "client/properties.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace slipway::client {

inline constexpr const char* network_interface = "org.slipway.Engine1.Network";

struct NetworkInfo {
    std::string path;
    std::string name;
    std::string driver;
    std::string interface;
    std::vector<std::pair<std::string, std::string>> subnets; // and their gateways
    bool is_internal = false;
    std::map<std::string, std::string> labels;
    // Microseconds since the epoch.
    std::uint64_t created_usec = 0;
    std::vector<std::string> users;
};

// What Manager.CreateNetwork takes; what is empty is left to the engine.
struct NetworkSettings {
    std::optional<std::string> driver;
    std::vector<std::string> subnets;
    std::vector<std::string> gateways;
    std::vector<std::string> ranges;
    bool has_ip4 = true;
    bool has_ip6 = true;
    bool is_internal = false;
    std::optional<std::uint32_t> mtu;
    std::optional<std::string> interface;
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> options;
};

// Writes the a{sv}.
void append_network(bus::Message& message, const NetworkSettings& settings);

struct ConnectionSettings {
    std::optional<std::string> ip4;
    std::optional<std::string> ip6;
    std::optional<std::string> mac;
    std::optional<std::string> interface;
    std::vector<std::string> aliases;
};

// What a network's name server answers with, as a zone's file has it, and why.
struct RecordInfo {
    std::string name;
    std::string type;
    std::string data;
    std::string reason;
};

// Reads an a{sv} of network properties.
NetworkInfo read_network(std::string path, bus::Message& properties);

class Network {
  public:
    Network(Engine& engine, std::string path) : engine_{&engine}, path_{std::move(path)} {}

    async::Task<> remove();
    async::Task<> connect(std::string container, ConnectionSettings settings);
    async::Task<> disconnect(std::string container);
    async::Task<std::string> describe();
    // TYPE and DATA may be empty where records are removed: all of the name then, or of the type.
    async::Task<> add_record(std::string name, std::string type, std::string data);
    async::Task<> remove_record(std::string name, std::string type, std::string data);
    async::Task<std::vector<RecordInfo>> records();
    async::Task<NetworkInfo> read();

  private:
    Method method(const char* member) const { return {path_, network_interface, member}; }

    Engine* engine_;
    std::string path_;
};

} // namespace slipway::client
