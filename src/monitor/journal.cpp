// SPDX-License-Identifier: LGPL-2.1-or-later
// Journal: datagrams, the memory file for large ones, waiting and trying again.
#include "monitor/journal.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/unix_address.hpp"

#include <array>
#include <cstring>
#include <sys/socket.h>
#include <sys/uio.h>

namespace slipway::monitor {

namespace {

constexpr std::chrono::milliseconds retry_interval{50};
constexpr std::size_t most_parts = 8;

std::string join(const std::string_view* parts, std::size_t count)
{
    std::string whole;
    for (std::size_t i = 0; i < count; ++i)
        whole.append(parts[i]);
    return whole;
}

} // namespace

void append_field(std::string& entry, std::string_view name, std::string_view value)
{
    entry.append(name);
    if (value.find('\n') == std::string_view::npos) {
        entry.append(1, '=');
    } else {
        entry.append(1, '\n');
        const std::uint64_t size = value.size();
        for (unsigned shift = 0; shift < 64; shift += 8) // little endian, whatever the machine
            entry.append(1, static_cast<char>((size >> shift) & 0xffU));
    }
    entry.append(value).append(1, '\n');
}

Journal::Journal(Loop& loop, std::string path, std::function<void()> on_relief, std::string syslog_path)
    : loop_{loop}, path_{std::move(path)}, on_relief_{std::move(on_relief)}, syslog_{std::move(syslog_path)},
      retry_{loop, [this] { flush(); }}, give_up_{loop, [this] {
                                                      has_given_up_ = true;
                                                      relieve();
                                                  }}
{
}

void Journal::send(std::initializer_list<std::string_view> parts, Otherwise otherwise)
{
    if (has_given_up_)
        return;
    if (is_congested()) {
        waiting_.push_back(join(parts.begin(), parts.size()));
        return;
    }
    const Outcome outcome = transmit(parts.begin(), parts.size());
    if (outcome == Outcome::full || outcome == Outcome::unreachable) {
        waiting_.push_back(join(parts.begin(), parts.size()));
        wait_after(outcome);
    }
    if (outcome == Outcome::refused && !was_reached_ && otherwise == Otherwise::syslog)
        syslog_.send(join(parts.begin(), parts.size()));
}

void Journal::expect_end(Clock::duration patience)
{
    patience_ = patience;
    if (is_congested())
        give_up_.start(patience_);
}

Journal::Outcome Journal::connect()
{
    Fd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!socket)
        return Outcome::unreachable;
    const UnixAddress address{path_};
    if (::connect(socket.number(), address.pointer(), address.size()) < 0) {
        const bool comes_back =
            was_reached_ ? errno == ENOENT || errno == ECONNREFUSED : errno == ECONNREFUSED;
        return comes_back ? Outcome::unreachable : Outcome::refused;
    }
    was_reached_ = true;
    socket_ = std::move(socket);
    return Outcome::sent;
}

Journal::Outcome Journal::transmit(const std::string_view* parts, std::size_t count)
{
    std::array<iovec, most_parts> vectors{};
    count = std::min(count, vectors.size());
    for (std::size_t i = 0; i < count; ++i)
        vectors.at(i) = {const_cast<char*>(parts[i].data()),
                         parts[i].size()}; // NOLINT: sendmsg(2) only reads
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (!socket_)
            if (const Outcome outcome = connect(); outcome != Outcome::sent)
                return outcome;
        if (::sendmsg(socket_.number(), &message, MSG_NOSIGNAL) >= 0)
            return Outcome::sent;
        switch (errno) {
        case EAGAIN:
            return Outcome::full;
        case EMSGSIZE:
        case ENOBUFS:
            return transmit_as_file(parts, count);
        case ECONNREFUSED:
        case ENOTCONN:
        case ECONNRESET:
        case EPIPE:
            // The socket that we were connected to is gone; there may be a new one by
            // now.
            watch_.reset();
            socket_.reset();
            break;
        default:
            return Outcome::refused;
        }
    }
    return Outcome::unreachable;
}

Journal::Outcome Journal::transmit_as_file(const std::string_view* parts, std::size_t count)
{
    const Fd file = make_memory_file("journal-entry", join(parts, count));
    const int number = file.number();
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &number, sizeof(int));
    if (::sendmsg(socket_.number(), &message, MSG_NOSIGNAL) >= 0)
        return Outcome::sent;
    return errno == EAGAIN ? Outcome::full : Outcome::refused;
}

void Journal::wait_after(Outcome outcome)
{
    if (patience_ > Clock::duration::zero() && !give_up_.is_running())
        give_up_.start(patience_);
    if (outcome == Outcome::unreachable) {
        retry_.start(retry_interval);
        return;
    }
    // A connected datagram socket becomes writable when its peer's queue has room
    // (unix(7)).
    watch_.reset(); // one watch a descriptor
    watch_ = Watch{loop_, socket_.number(), EPOLLOUT, [this](std::uint32_t) { flush(); }};
}

void Journal::flush()
{
    while (!waiting_.empty()) {
        const std::string_view entry = waiting_.front();
        const Outcome outcome = transmit(&entry, 1);
        if (outcome == Outcome::full || outcome == Outcome::unreachable) {
            wait_after(outcome);
            return;
        }
        waiting_.pop_front();
        give_up_.stop(); // until the next wait: there is progress
    }
    relieve();
}

void Journal::relieve()
{
    waiting_.clear();
    watch_.reset();
    retry_.stop();
    give_up_.stop();
    on_relief_();
}

} // namespace slipway::monitor
