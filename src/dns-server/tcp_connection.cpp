// SPDX-License-Identifier: LGPL-2.1-or-later
// TcpConnection: two buffers, and a clock that starts again with each thing done.
#include "dns-server/tcp_connection.hpp"

#include "base/failure.hpp"
#include "dns-server/complain.hpp"

#include <array>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace slipway::dns_server {

namespace {

constexpr std::size_t length_size = 2; // before each message (RFC 1035, 4.2.2)
constexpr std::size_t question_limit = 4096;
constexpr std::size_t backlog_limit = 64U << 10U; // bytes that the asker does not fetch
constexpr unsigned unanswered_limit = 32;

bool is_to_be_tried_again()
{
    return errno == EAGAIN || errno == EINTR;
}

} // namespace

TcpConnection::TcpConnection(async::EventLoop& loop, Fd socket, const Client& client, Responder& responder,
                             std::chrono::microseconds patience, std::function<void()> on_end)
    : loop_{&loop}, socket_{std::move(socket)}, client_{client},
      responder_{&responder}, patience_{patience}, on_end_{std::move(on_end)}
{
    sd_event_source* source = nullptr;
    check_negative(
        sd_event_add_io(loop.bare(), &source, socket_.number(), EPOLLIN, &TcpConnection::ready, this),
        "watch a connection");
    ready_ = async::Source{source};
    restart_clock();
}

int TcpConnection::ready(sd_event_source*, int, std::uint32_t, void* self)
{
    // It may come to its end below.
    const std::shared_ptr<TcpConnection> connection = static_cast<TcpConnection*>(self)->shared_from_this();
    try {
        connection->go_on();
    } catch (const std::exception& failure) {
        complain(std::string{failure.what()});
        connection->end();
    }
    return 0;
}

int TcpConnection::expired(sd_event_source*, std::uint64_t, void* self)
{
    const std::shared_ptr<TcpConnection> connection = static_cast<TcpConnection*>(self)->shared_from_this();
    connection->end();
    return 0;
}

void TcpConnection::go_on()
{
    if (has_room() && !is_at_end_ && !read()) {
        end();
        return;
    }
    work();
}

// False where the connection is of no more use.
bool TcpConnection::read()
{
    std::array<char, 8192> bytes; // NOLINT: filled by recv
    const ssize_t count = ::recv(socket_.number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0)
        return is_to_be_tried_again();
    is_at_end_ = count == 0;
    in_.append(bytes.data(), static_cast<std::size_t>(count));
    if (count > 0)
        restart_clock();
    return true;
}

void TcpConnection::take_questions()
{
    responder_->refresh();
    std::size_t begin = 0;
    while (has_room() && has_question(begin)) {
        const std::size_t size = ldns_read_uint16(wire_of(in_) + begin);
        if (size > question_limit) {
            is_at_end_ = true; // no question is so long; what was understood is answered yet
            begin = in_.size();
            break;
        }
        take_question(std::string_view{in_}.substr(begin + length_size, size));
        begin += length_size + size;
    }
    in_.erase(0, begin);
}

// Whether there is a whole one, or the beginning of one that is too long.
bool TcpConnection::has_question(std::size_t begin) const
{
    if (in_.size() - begin < length_size)
        return false;
    const std::size_t size = ldns_read_uint16(wire_of(in_) + begin);
    return size > question_limit || in_.size() - begin >= length_size + size;
}

void TcpConnection::take_question(std::string_view question)
{
    std::string answer;
    std::optional<Query> foreign;
    switch (responder_->respond(question, client_, answer, foreign)) {
    case Outcome::answered:
        put(answer);
        break;
    case Outcome::forwarded:
        ++pending_;
        responder_->forward(*std::move(foreign), client_, [weak = weak_from_this()](std::string_view late) {
            if (const std::shared_ptr<TcpConnection> connection = weak.lock()) {
                --connection->pending_;
                connection->put(late);
                connection->work();
            }
        });
        break;
    case Outcome::dropped:
        break;
    }
}

void TcpConnection::put(std::string_view answer)
{
    out_ += static_cast<char>(answer.size() >> 8U);
    out_ += static_cast<char>(answer.size() & 0xffU);
    out_ += answer;
}

// False where the connection is of no more use.
bool TcpConnection::write()
{
    if (out_.empty())
        return true;
    const ssize_t count = ::send(socket_.number(), out_.data(), out_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0)
        return is_to_be_tried_again();
    out_.erase(0, static_cast<std::size_t>(count));
    restart_clock();
    return true;
}

bool TcpConnection::has_room() const
{
    return out_.size() < backlog_limit && pending_ < unanswered_limit;
}

// Answers what there is room for, and says what is to be waited for.
void TcpConnection::work()
{
    do {
        take_questions();
        if (!write()) {
            end();
            return;
        }
    } while (has_question() && has_room());
    if (is_at_end_ && out_.empty() && pending_ == 0) {
        end();
        return;
    }
    const bool reads = has_room() && !is_at_end_;
    const std::uint32_t events = (reads ? EPOLLIN : 0U) | (out_.empty() ? 0U : EPOLLOUT);
    check_negative(sd_event_source_set_io_events(ready_.bare(), events), "watch a connection");
}

void TcpConnection::restart_clock()
{
    const auto patience = static_cast<std::uint64_t>(patience_.count());
    if (expired_.bare() != nullptr) {
        check_negative(sd_event_source_set_time_relative(expired_.bare(), patience), "set a timer");
        return;
    }
    sd_event_source* source = nullptr;
    check_negative(sd_event_add_time_relative(loop_->bare(), &source, CLOCK_MONOTONIC, patience, 0,
                                              &TcpConnection::expired, this),
                   "set a timer");
    expired_ = async::Source{source};
}

void TcpConnection::end()
{
    ready_.reset();
    expired_.reset();
    if (const auto on_end = std::exchange(on_end_, nullptr))
        on_end();
}

} // namespace slipway::dns_server
