// SPDX-License-Identifier: LGPL-2.1-or-later
// Port holds: sockets bound to the host's published ports, so that no other program gets them. Nothing is
// ever read from them: the kernel hands what comes to the container.
#pragma once

#include "base/fd.hpp"
#include "engine/network/port.hpp"

#include <string>
#include <vector>

namespace slipway::engine {

enum class Holder {
    for_good, // for as long as the container runs
    relay,    // until a program binds them that answers there itself; who called it before is no obstacle
};

// A socket for each; ports that were left open are chosen. Throws Failure{port_taken} with the holder's name,
// {invalid_argument} for an address that the host has not.
std::vector<Fd> hold_ports(std::vector<PublishedPort>& ports, Holder holder = Holder::for_good);

// "nginx (process 123)" for the program that has the port, or nothing where it cannot be seen.
std::string port_holder(const PublishedPort& port);

} // namespace slipway::engine
