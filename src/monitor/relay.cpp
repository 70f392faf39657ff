// SPDX-License-Identifier: LGPL-2.1-or-later
// Relay: started with descriptors of fixed numbers (docs/protocols.md, "Monitor"), listened to, asked,
// killed.
#include "monitor/relay.hpp"

#include "base/failure.hpp"
#include "base/unix_address.hpp"
#include "kernel/spawn.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace slipway::monitor {

namespace {

constexpr std::chrono::seconds readiness_patience{15};
constexpr std::chrono::milliseconds end_patience{1000};
constexpr std::size_t most_words = 2048;
constexpr const char* relay_socket = "relay.sock";

void unblock(const Fd& fd)
{
    check(::fcntl(fd.number(), F_SETFL, ::fcntl(fd.number(), F_GETFL) | O_NONBLOCK), "unblock a pipe");
}

bool has_line(const std::string& text, const std::string& line)
{
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

// In one line.
std::string joined(std::string words)
{
    while (!words.empty() && words.back() == '\n')
        words.pop_back();
    std::string text;
    for (const char letter : words)
        text += letter == '\n' ? std::string{"; "} : std::string(1, letter);
    return text;
}

} // namespace

Relay::Relay(Loop& loop, RelayOrder order, Namespaces namespaces, std::string directory, Events events)
    : loop_{loop}, order_{std::move(order)}, namespaces_{std::move(namespaces)},
      directory_path_{std::move(directory)}, events_{std::move(events)}, patience_{loop, [this] {
                                                                                       fail("is not ready");
                                                                                   }}
{
}

Relay::~Relay()
{
    stop();
}

std::string Relay::name() const
{
    return order_.program.substr(order_.program.rfind('/') + 1);
}

void Relay::start(const Fd& cgroup)
{
    directory_ = Fd{check(::open(directory_path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC),
                          "open the directory", directory_path_)};
    ::unlinkat(directory_.number(), relay_socket, 0);
    FdPair words = make_pipe();
    FdPair readiness = make_pipe();
    const kernel::FollowerPlace place{.cgroup = cgroup.number(),
                                      .user_namespace = order_.is_inside ? namespaces_.user.number() : -1};
    kernel::Spawned spawned = kernel::spawn_follower(order_.program, order_.arguments,
                                                     {{.from = namespaces_.network.number(), .to = 0},
                                                      {.from = namespaces_.user.number(), .to = 1},
                                                      {.from = words.second.number(), .to = 2},
                                                      {.from = readiness.second.number(), .to = 3},
                                                      {.from = directory_.number(), .to = 4}},
                                                     place);
    process_ = {.pid = spawned.pid, .pidfd = std::move(spawned.pidfd)};
    phase_ = Phase::starting;
    namespaces_ = {}; // a network namespace lasts as long as somebody has it
    words_end_ = std::move(words.first);
    ready_end_ = std::move(readiness.first);
    unblock(words_end_);
    unblock(ready_end_);
    words_watch_ = Watch{loop_, words_end_.number(), EPOLLIN, [this](std::uint32_t) { read_words(); }};
    ready_watch_ = Watch{loop_, ready_end_.number(), EPOLLIN, [this](std::uint32_t) { read_readiness(); }};
    patience_.start(readiness_patience);
}

void Relay::read_words()
{
    std::array<char, 1024> piece{};
    const ssize_t count = ::read(words_end_.number(), piece.data(), piece.size());
    if (count <= 0) {
        if (count == 0)
            words_watch_.reset();
        return;
    }
    words_.append(piece.data(), static_cast<std::size_t>(count));
    if (words_.size() > most_words)
        words_.erase(0, words_.size() - most_words);
    if (phase_ == Phase::starting && has_line(words_, std::to_string(process_.pid)))
        begin_asking();
}

void Relay::read_readiness()
{
    std::array<char, 16> piece{};
    const ssize_t count = ::read(ready_end_.number(), piece.data(), piece.size());
    if (count < 0)
        return;
    ready_watch_.reset(); // it may have closed what it has no use for
    if (count > 0 && phase_ == Phase::starting)
        begin_asking();
}

void Relay::begin_asking()
{
    phase_ = Phase::asking;
    ask_next();
}

void Relay::ask_next()
{
    if (asked_ == order_.requests.size()) {
        patience_.stop();
        conversation_.reset();
        phase_ = Phase::ready;
        events_.ready();
        return;
    }
    try {
        conversation_ =
            Fd{check(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "make a socket")};
        const UnixAddress address{"/proc/self/fd/" + std::to_string(directory_.number()) + "/" +
                                  relay_socket};
        check(::connect(conversation_.number(), address.pointer(), address.size()), "connect to its socket");
        const std::string& request = order_.requests[asked_++];
        const ssize_t sent = ::send(conversation_.number(), request.data(), request.size(), MSG_NOSIGNAL);
        check(static_cast<int>(sent), "ask it");
        // It answers what it has read to the end.
        check(::shutdown(conversation_.number(), SHUT_WR), "ask it");
    } catch (const Failure& failure) {
        fail("takes no requests: " + failure.message());
        return;
    }
    answer_.clear();
    conversation_watch_ =
        Watch{loop_, conversation_.number(), EPOLLIN, [this](std::uint32_t) { read_answer(); }};
}

void Relay::read_answer()
{
    std::array<char, 1024> piece{};
    const ssize_t count = ::recv(conversation_.number(), piece.data(), piece.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (count > 0) {
        answer_.append(piece.data(), static_cast<std::size_t>(count));
        return;
    }
    conversation_watch_.reset();
    if (const std::optional<std::string> refusal = find_relay_refusal(answer_))
        fail("has refused " + order_.requests[asked_ - 1] + ": " + *refusal);
    else
        ask_next();
}

void Relay::end(pid_t pid, const Ending& ending)
{
    if (pid != process_.pid || pid == 0)
        return;
    read_words(); // its last
    const bool was_ready = phase_ == Phase::ready;
    const std::string how = ending.signal != 0 ? "was killed by signal " + std::to_string(ending.signal)
                                               : "ended with status " + std::to_string(ending.status);
    process_ = {};
    if (phase_ == Phase::over)
        return;
    if (!was_ready) {
        fail(how);
        return;
    }
    phase_ = Phase::over;
    events_.lost(Failure{ErrorCode::start_failed, name() + " " + how +
                                                      ": the container has no network any more until it is "
                                                      "started anew" +
                                                      (words_.empty() ? "" : " (" + joined(words_) + ")")});
}

void Relay::fail(const std::string& reason)
{
    if (phase_ == Phase::over)
        return;
    phase_ = Phase::over;
    patience_.stop();
    events_.failed(Failure{ErrorCode::start_failed, name() + ", which is the container's way out, " + reason +
                                                        (words_.empty() ? "" : " (" + joined(words_) + ")")});
}

void Relay::stop() noexcept
{
    phase_ = Phase::over;
    patience_.stop();
    if (process_.pid != 0) {
        process_.send_signal(SIGKILL);
        pollfd end{process_.pidfd.number(), POLLIN, 0};
        ::poll(&end, 1, static_cast<int>(end_patience.count()));
    }
    conversation_watch_.reset();
    words_watch_.reset();
    ready_watch_.reset();
    if (directory_)
        ::unlinkat(directory_.number(), relay_socket, 0);
}

} // namespace slipway::monitor
