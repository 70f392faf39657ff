// SPDX-License-Identifier: LGPL-2.1-or-later
// Confine: what this process gives up before it hears the first byte of the network.
#pragma once

namespace slipway::dns_server {

// Started by root: becomes nobody, with no group and no capability. In any case: no new privileges, no core
// dump, no system calls but those of reading, memory, threads and sockets. Throws Failure.
void confine();

} // namespace slipway::dns_server
