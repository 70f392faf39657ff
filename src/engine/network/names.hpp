// SPDX-License-Identifier: LGPL-2.1-or-later
// Names: the records of containers in their networks' logs, from which slipway-dns answers
// (names/log_writer.hpp).
#pragma once

#include "engine/network/addresses.hpp"
#include "engine/network/connection.hpp"
#include "engine/network/settings.hpp"
#include "names/log_writer.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace slipway::engine {

// A container on one network, as others there find it.
struct NamedMember {
    std::string id;
    std::string name;
    Connection connection;
    Addresses addresses;
    std::vector<Port> ports; // exposed and published
    // Of those that the host has a name for.
    std::map<Port, std::string> services = {};
    // Its further networks that have names: it may ask for them here.
    std::vector<std::string> others = {};
    // Besides its aliases, for it and all of its group: "shop", "web.shop".
    std::vector<std::string> group_names = {};
};

// A record, and in a word or two why it is there: "name", "alias", "group", "port 80/tcp", "address".
struct ReasonedRecord {
    names::Record record;
    std::string reason;
};

// A and AAAA of its name and aliases, SRV of its ports, PTR of its addresses, and what its services are
// browsed by (RFC 6763). Names are lower case.
std::vector<ReasonedRecord> reasoned_records_of(const NamedMember& member);
std::vector<names::Record> records_of(const NamedMember& member);
// What the network itself has: where its services are browsed.
std::vector<ReasonedRecord> records_of_the_zone();

class Names {
  public:
    // DIRECTORY: /run/slipway/names, made when there is a first network.
    explicit Names(std::filesystem::path directory) : directory_{std::move(directory)} {}

    // From now on its log is there. Throws Failure.
    void open(const std::string& network, const NetworkSettings& settings);
    // Whether an earlier engine has left one.
    bool has_log(const std::string& network) const { return std::filesystem::exists(directory_ / network); }
    // Of networks that were not opened nothing is told. Throw Failure{no_space, io_error}.
    void set(const std::string& network, const NamedMember& member);
    void unset(const std::string& network, const std::string& container);
    // These have names there and no others, and there are these static records.
    void replace(const std::string& network, const std::vector<NamedMember>& members,
                 std::vector<names::Record> fixed = {});
    void set_static(const std::string& network, std::vector<names::Record> fixed);
    // What is answered with an address at the moment, by owner, on all networks.
    std::vector<names::Record> addresses() const;
    void remove(const std::string& network);

  private:
    std::filesystem::path directory_;
    std::map<std::string, std::unique_ptr<names::LogWriter>> logs_;
};

} // namespace slipway::engine
