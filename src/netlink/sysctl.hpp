// SPDX-License-Identifier: LGPL-2.1-or-later
// Settings of the calling thread's network namespace, which are files under /proc/sys/net.
#pragma once

#include <string>
#include <string_view>

namespace slipway::netlink {

// NAME with slashes: "ipv4/conf/br0/route_localnet". Throws Failure.
void write_sysctl(const std::string& name, std::string_view value);
// False where the kernel has none of this name: a host without IPv6, an older kernel.
bool write_sysctl_if_there(const std::string& name, std::string_view value);

} // namespace slipway::netlink
