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
};

// A and AAAA of its name and aliases, SRV of its ports, PTR of its addresses. Names are lower case.
std::vector<names::Record> records_of(const NamedMember& member);

class Names {
  public:
    // DIRECTORY: /run/slipway/names, made when there is a first network.
    explicit Names(std::filesystem::path directory) : directory_{std::move(directory)} {}

    // From now on its log is there. Throws Failure.
    void open(const std::string& network, const NetworkSettings& settings);
    // Of networks that were not opened nothing is told. Throw Failure{no_space, io_error}.
    void set(const std::string& network, const NamedMember& member);
    void unset(const std::string& network, const std::string& container);
    // These have names there and no others.
    void replace(const std::string& network, const std::vector<NamedMember>& members);
    void remove(const std::string& network);

  private:
    std::filesystem::path directory_;
    std::map<std::string, std::unique_ptr<names::LogWriter>> logs_;
};

} // namespace slipway::engine
