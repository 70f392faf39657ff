// SPDX-License-Identifier: LGPL-2.1-or-later
// Settings of a network namespace: /proc/sys/net shows the calling thread's.
#include "netlink/sysctl.hpp"

#include "base/failure.hpp"
#include "base/fd.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace slipway::netlink {

namespace {

std::string path_of(const std::string& name)
{
    return "/proc/sys/net/" + name;
}

} // namespace

void write_sysctl(const std::string& name, std::string_view value)
{
    if (!write_sysctl_if_there(name, value))
        throw errno_failure(ENOENT, "set", path_of(name));
}

bool write_sysctl_if_there(const std::string& name, std::string_view value)
{
    const std::string path = path_of(name);
    const Fd file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    if (!file && errno == ENOENT)
        return false;
    check(file.number(), "open", path);
    check(::write(file.number(), value.data(), value.size()), "set", path);
    return true;
}

} // namespace slipway::netlink
