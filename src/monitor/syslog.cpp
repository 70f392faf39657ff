// SPDX-License-Identifier: LGPL-2.1-or-later
// Syslog: "<PRIORITY>TIME TAG[PID]: MESSAGE".
#include "monitor/syslog.hpp"

#include "base/failure.hpp"
#include "base/unix_address.hpp"

#include <array>
#include <charconv>
#include <ctime>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

namespace slipway::monitor {

namespace {

// What every syslogd takes.
constexpr std::size_t longest_line = 8192;
constexpr int syslog_attempts = 2;

// Cuts the first field off: its name; its value into VALUE. Empty at the end.
std::string_view next_field(std::string_view& entry, std::string_view& value)
{
    constexpr std::size_t length_bytes = 8;
    const std::size_t end = entry.find('\n');
    if (end == std::string_view::npos)
        return {};
    const std::string_view line = entry.substr(0, end);
    entry.remove_prefix(end + 1);
    if (const std::size_t equals = line.find('='); equals != std::string_view::npos) {
        value = line.substr(equals + 1);
        return line.substr(0, equals);
    }
    if (entry.size() < length_bytes)
        return {};
    std::size_t length = 0;
    for (std::size_t i = 0; i < length_bytes; ++i)
        length |= std::size_t{static_cast<unsigned char>(entry[i])} << (8 * i);
    entry.remove_prefix(length_bytes);
    if (length >= entry.size())
        return {};
    value = entry.substr(0, length);
    entry.remove_prefix(length + 1);
    return line;
}

} // namespace

SyslogEntry read_entry(std::string_view entry)
{
    SyslogEntry found;
    std::string_view value;
    for (std::string_view name = next_field(entry, value); !name.empty(); name = next_field(entry, value)) {
        if (name == "PRIORITY")
            std::from_chars(value.data(), value.data() + value.size(), found.priority);
        else if (name == "SYSLOG_IDENTIFIER")
            found.identifier = value;
        else if (name == "MESSAGE")
            found.message = value;
    }
    return found;
}

bool Syslog::connect()
{
    if (socket_)
        return true;
    Fd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const UnixAddress address{path_};
    if (!socket || ::connect(socket.number(), address.pointer(), UnixAddress::size()) < 0)
        return false;
    socket_ = std::move(socket);
    return true;
}

void Syslog::send(std::string_view entry)
{
    const SyslogEntry found = read_entry(entry);
    std::array<char, 32> time{};
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::localtime_r(&now, &parts);
    std::strftime(time.data(), time.size(), "%b %e %T", &parts);
    std::string line = "<" + std::to_string(LOG_DAEMON | LOG_PRI(found.priority)) + ">" + time.data() + " ";
    line.append(found.identifier).append("[" + std::to_string(::getpid()) + "]: ").append(found.message);
    if (line.size() > longest_line)
        line.resize(longest_line);
    // A syslogd that has restarted has another socket.
    for (int attempt = 0; attempt < syslog_attempts && connect(); ++attempt) {
        if (::send(socket_.number(), line.data(), line.size(), MSG_NOSIGNAL) >= 0 || errno == EAGAIN)
            return;
        socket_.reset();
    }
}

} // namespace slipway::monitor
