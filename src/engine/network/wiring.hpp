// SPDX-License-Identifier: LGPL-2.1-or-later
// Wiring: a container's network made in the kernel, and taken apart. Plain values in and out: for a worker.
#pragma once

#include "base/fd.hpp"
#include "engine/network/addresses.hpp"
#include "engine/network/settings.hpp"
#include "engine/network/traffic.hpp"
#include "kernel/user_namespace.hpp"

#include <optional>
#include <set>
#include <string>
#include <sys/types.h>
#include <vector>

namespace slipway::engine {

// One interface of a container, as it is to be.
struct WireOrder {
    std::string network;
    NetworkSettings settings;
    Addresses addresses;
    std::string interface; // in the container
    std::string port;      // the host's end: port_name()
    std::string alias;     // of the host's end: the container's name, once it has one
    bool has_default_route = false;
    Bandwidth bandwidth;
};

struct NamespaceOrder {
    kernel::IdRanges ids; // none: the host's user namespace owns it
    std::vector<WireOrder> wires;
};

struct WiredNamespaces {
    Fd user; // empty where it is the host's
    Fd network;
};

// A namespace by its path, or a process's by the name of its file below ns/. TYPE: CLONE_NEW…, WORD: its
// name. Throw Failure{invalid_argument}.
Fd open_namespace(const std::string& path, int type, const char* word);
Fd namespace_of(pid_t process, const char* file, int type, const char* word);

// Of the host's end: "v", twelve digits of the container's ID, and one for the interface.
std::string port_name(const std::string& container, unsigned slot);

// What limits what a container sends, an interface of the host's of its own.
std::string limiter_name(const std::string& port);
// It outlives the port. False where there was none.
bool remove_limiter(const std::string& port);
// All of those but OWN, which an earlier engine did not live to remove.
void remove_other_limiters(const std::set<std::string>& own);

// Namespaces with all wires in them. On a failure nothing is left but bridges. Throws Failure.
WiredNamespaces wire(const NamespaceOrder& order);
// One more wire into a namespace. Throws Failure.
void add_wire(const WireOrder& order, const Fd& network_namespace);
// The way out is by this one from now on.
void route_by(const WireOrder& order, const Fd& network_namespace);
// False where it had none of that name any more.
bool remove_wire(const std::string& interface, const Fd& network_namespace);
// Indexes of those that are there.
std::vector<int> find_ports(const std::vector<std::string>& ports);
void set_port_alias(const std::string& port, const std::string& alias);

// A network's bridge and the host's ends of its running containers' links.
struct BridgePorts {
    struct Port {
        std::string name;  // port_name()
        std::string alias; // by which it is known under another name: the container's
    };
    NetworkSettings settings;
    std::vector<Port> ports;
};
// The bridge is there, and they are its ports. Throws Failure.
void rejoin(const BridgePorts& bridge);

// What the host has now, without the networks of ours.
Surveyed survey_host();

} // namespace slipway::engine
