// SPDX-License-Identifier: LGPL-2.1-or-later
// Notifications: datagrams, but for the lines that only the sender's own supervisor may believe.
#include "oci-runtime/notify.hpp"

#include "base/failure.hpp"

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace slipway::oci_runtime {

namespace {

constexpr const char* directory_name = "notify";
constexpr const char* socket_name = "notify";

// An abstract one begins with "@".
bool make_address(const std::string& path, sockaddr_un& address, socklen_t& size)
{
    address = {};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return false;
    std::memcpy(static_cast<char*>(address.sun_path), path.c_str(), path.size());
    if (path.front() == '@')
        address.sun_path[0] = '\0';
    size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    return true;
}

bool is_the_containers_to_say(const std::string& line)
{
    return !line.empty() && !line.starts_with("MAINPID=") && !line.starts_with("FDSTORE") &&
           !line.starts_with("FDNAME=") && !line.starts_with("BARRIER=");
}

} // namespace

std::string notify_path()
{
    const char* const path = ::secure_getenv("NOTIFY_SOCKET");
    return path != nullptr ? path : "";
}

void add_notify_directory(oci::RuntimeConfig& config, const Container& container, const std::string& path)
{
    if (path.empty() || !config.process)
        return;
    const std::filesystem::path directory = container.file(directory_name);
    std::filesystem::create_directory(directory);
    // Whoever the payload is, it must get to the socket; nobody else gets past the container's own directory.
    check(::chmod(directory.c_str(), 0755), "open up", directory.native());
    const std::string place = path.front() == '@' ? "/run/notify" : path;
    oci::Mount mount;
    mount.destination = place;
    mount.type = "bind";
    mount.source = directory;
    mount.options = {"bind", "nosuid", "noexec", "nodev", "ro"};
    config.mounts.push_back(std::move(mount));
    config.process->env.push_back("NOTIFY_SOCKET=" + place + "/" + socket_name);
}

Notifications::Notifications(const Container& container, std::string path) : path_{std::move(path)}
{
    const std::filesystem::path directory = container.file(directory_name);
    if (path_.empty() || !std::filesystem::is_directory(directory))
        return;
    const std::string place = directory / socket_name;
    ::unlink(place.c_str());
    Fd socket{check(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "make a socket")};
    sockaddr_un address{};
    socklen_t size = 0;
    if (!make_address(place, address, size))
        throw Failure{ErrorCode::invalid_argument, "the path is too long for a socket: " + place};
    check(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), size), "bind",
          place); // NOLINT
    check(::chmod(place.c_str(), 0777), "open up", place);
    socket_ = std::move(socket);
}

bool Notifications::pass_on()
{
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t count = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
        if (count <= 0)
            return is_ready_;
        std::istringstream lines{std::string{buffer.data(), static_cast<std::size_t>(count)}};
        std::string passed;
        for (std::string line; std::getline(lines, line);) {
            is_ready_ = is_ready_ || line == "READY=1";
            if (is_the_containers_to_say(line))
                passed += (passed.empty() ? "" : "\n") + line;
        }
        sockaddr_un address{};
        socklen_t size = 0;
        if (passed.empty() || !make_address(path_, address, size))
            continue;
        const Fd out{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
        static_cast<void>(::sendto(out.number(), passed.data(), passed.size(), MSG_NOSIGNAL,
                                   reinterpret_cast<const sockaddr*>(&address), size)); // NOLINT
    }
}

} // namespace slipway::oci_runtime
