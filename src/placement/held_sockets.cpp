// SPDX-License-Identifier: LGPL-2.1-or-later
// HeldSockets: bound as systemd.socket(5) says, handed over as sd_listen_fds(3) says.
#include "placement/held_sockets.hpp"

#include "async/readiness.hpp"
#include "async/timer.hpp"
#include "base/failure.hpp"
#include "base/ip_address.hpp"
#include "kernel/spawn.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace slipway::placement {

namespace {

constexpr std::string_view server_prefix = "slipway-dns@";
constexpr int first_passed = 3; // SD_LISTEN_FDS_START
constexpr int backlog = 128;
constexpr std::chrono::seconds pause_after_failure{1};

std::string without_suffix(const std::string& unit)
{
    return unit.substr(0, unit.rfind('.'));
}

void set_option(const Fd& socket, int level, int name, int value)
{
    check(::setsockopt(socket.number(), level, name, &value, sizeof value), "set up a socket");
}

// "10.208.0.1:53", "[fd00::1]:53"
sockaddr_storage parse_listen_address(const std::string& text, socklen_t& size)
{
    const std::size_t colon = text.rfind(':');
    const bool is_ip6 = text.starts_with('[');
    const std::string host = is_ip6 ? text.substr(1, colon - 2) : text.substr(0, colon);
    std::uint16_t port = 0;
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
    sockaddr_storage storage{};
    int parsed = 0;
    if (is_ip6) {
        auto* const address = reinterpret_cast<sockaddr_in6*>(&storage); // NOLINT: how sockets are addressed
        address->sin6_family = AF_INET6;
        address->sin6_port = htons(port);
        parsed = ::inet_pton(AF_INET6, host.c_str(), &address->sin6_addr);
        size = sizeof *address;
    } else {
        auto* const address = reinterpret_cast<sockaddr_in*>(&storage); // NOLINT: the same
        address->sin_family = AF_INET;
        address->sin_port = htons(port);
        parsed = ::inet_pton(AF_INET, host.c_str(), &address->sin_addr);
        size = sizeof *address;
    }
    if (parsed != 1)
        throw Failure{ErrorCode::invalid_argument, "no address to listen on: " + text};
    return storage;
}

Fd make_socket(const SocketRequest& request, const SocketRequest::Listen& listen)
{
    socklen_t size = 0;
    const sockaddr_storage address = parse_listen_address(listen.address, size);
    const bool is_stream = listen.kind == "Stream";
    Fd socket{check(
        ::socket(address.ss_family, (is_stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
        "make a socket")};
    set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    // A server that an engine before us has started has its own until it leaves.
    set_option(socket, SOL_SOCKET, SO_REUSEPORT, 1);
    if (address.ss_family == AF_INET6)
        set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (request.binds_freely)
        set_option(socket, address.ss_family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP,
                   address.ss_family == AF_INET6 ? IPV6_FREEBIND : IP_FREEBIND, 1);
    if (request.receive_buffer != 0 && !is_stream) {
        const int bytes = static_cast<int>(request.receive_buffer);
        // More than net.core.rmem_max is root's.
        if (::setsockopt(socket.number(), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) < 0)
            set_option(socket, SOL_SOCKET, SO_RCVBUF, bytes);
    }
    check(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), size), // NOLINT: the same
          "listen on", listen.address);
    if (is_stream)
        check(::listen(socket.number(), backlog), "listen on", listen.address);
    return socket;
}

} // namespace

HeldSockets::Held::~Held()
{
    tasks.cancel_all();
    if (!server)
        return;
    ::syscall(SYS_pidfd_send_signal, server.number(), SIGKILL, nullptr, 0);
    ::waitpid(pid, nullptr, 0);
}

HeldSockets::HeldSockets(async::EventLoop& loop, std::filesystem::path programs, std::filesystem::path run,
                         async::TaskScope::OnFailure on_failure)
    : loop_{&loop}, programs_{std::move(programs)}, run_{std::move(run)}, on_failure_{std::move(on_failure)}
{
}

bool HeldSockets::knows(const std::string& unit)
{
    return unit.starts_with(server_prefix);
}

void HeldSockets::hold(const SocketRequest& request)
{
    const std::string key = without_suffix(request.unit);
    if (held_.contains(key))
        return;
    auto held = std::make_unique<Held>(on_failure_);
    held->name = key.substr(server_prefix.size());
    held->any = Fd{check(::epoll_create1(EPOLL_CLOEXEC), "watch sockets")};
    for (const SocketRequest::Listen& listen : request.listens) {
        const Fd& socket = held->sockets.emplace_back(make_socket(request, listen));
        epoll_event event{};
        event.events = EPOLLIN;
        check(::epoll_ctl(held->any.number(), EPOLL_CTL_ADD, socket.number(), &event), "watch a socket");
    }
    Held* const kept = held.get();
    held_.emplace(key, std::move(held));
    kept->tasks.spawn(serve(kept));
}

void HeldSockets::release(const std::string& unit)
{
    held_.erase(without_suffix(unit));
}

void HeldSockets::start_server(Held& held) const
{
    const std::string program = (programs_ / "slipway-dns").native();
    const std::string names = (run_ / "names" / held.name).native();
    const Fd nothing{check(::open("/dev/null", O_RDWR | O_CLOEXEC), "open /dev/null")};
    std::vector<kernel::DescriptorMapping> descriptors{
        {nothing.number(), STDIN_FILENO}, {nothing.number(), STDOUT_FILENO}, {STDERR_FILENO, STDERR_FILENO}};
    descriptors.reserve(descriptors.size() + held.sockets.size());
    int number = first_passed;
    for (const Fd& socket : held.sockets)
        descriptors.push_back({socket.number(), number++});
    // Who they are for is said by a PID, which nobody knows before.
    kernel::Spawned server =
        kernel::spawn("/bin/sh", {"sh", "-c", "LISTEN_PID=$$ exec \"$0\" \"$1\"", program, names},
                      {"LISTEN_FDS=" + std::to_string(held.sockets.size()), "LANG=C.UTF-8"}, descriptors);
    held.pid = server.pid;
    held.server = std::move(server.pidfd);
}

async::Task<> HeldSockets::serve(Held* held)
{
    for (;;) {
        co_await async::readable(*loop_, held->any.number());
        int status = -1;
        try {
            start_server(*held);
        } catch (const std::exception&) {
            on_failure_(std::current_exception());
        }
        if (held->server) {
            co_await async::readable(*loop_, held->server.number());
            ::waitpid(held->pid, &status, 0);
            held->server.reset();
        }
        // The question waits in its socket.
        if (status != 0)
            co_await async::sleep_for(*loop_, pause_after_failure);
    }
}

} // namespace slipway::placement
