// SPDX-License-Identifier: LGPL-2.1-or-later
// Log: nobody reads what PID 1's generators write to standard error, so the journal is told, or before there
// is one the kernel's log. A user's manager has its standard error in the journal already.
#include "generator/log.hpp"

#include "base/fd.hpp"

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace slipway::generator {

namespace {

// The journal's own protocol: one datagram, a field a line. It must never be waited for: journald may wait
// for the manager that waits for us.
bool tell_journal(const std::string& priority, const std::string& line)
{
    const Fd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!socket)
        return false;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    constexpr std::string_view path = "/run/systemd/journal/socket";
    std::memcpy(static_cast<void*>(address.sun_path), path.data(), path.size());
    const std::string datagram =
        "SYSLOG_IDENTIFIER=slipway-generator\nPRIORITY=" + priority + "\nMESSAGE=" + line + "\n";
    return ::sendto(socket.number(), datagram.data(), datagram.size(), MSG_NOSIGNAL,
                    reinterpret_cast<const sockaddr*>(&address),
                    sizeof address) > 0; // NOLINT: as sendto(2) has it
}

void tell_kernel(const std::string& priority, const std::string& line)
{
    const Fd log{::open("/dev/kmsg", O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
    if (!log)
        return;
    const std::string record = "<" + priority + ">slipway-generator: " + line + "\n";
    static_cast<void>(::write(log.number(), record.data(), record.size()) < 0);
}

} // namespace

Log::Log()
{
    const char* const scope = std::getenv("SYSTEMD_SCOPE");
    is_of_the_machine_ = scope != nullptr && std::string_view{scope} == "system" && ::geteuid() == 0;
}

void Log::complain(quadlet::Severity severity, const std::string& line) const
{
    const std::string whole = "slipway-generator: " + line + "\n";
    static_cast<void>(::write(STDERR_FILENO, whole.data(), whole.size()) < 0);
    if (!is_of_the_machine_)
        return;
    const std::string priority = severity == quadlet::Severity::error ? "3" : "4";
    if (!tell_journal(priority, line))
        tell_kernel(priority, line);
}

} // namespace slipway::generator
