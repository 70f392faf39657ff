// SPDX-License-Identifier: LGPL-2.1-or-later
// Multi: sockets watched as libcurl says, its timer, and the ends of exchanges.
#include "registry-client/multi.hpp"

#include "base/failure.hpp"
#include "registry-client/exchange.hpp"

#include <ctime>
#include <sys/epoll.h>

namespace slipway::registry_client {

namespace {

constexpr long connections_a_host = 8;

std::uint32_t events_of(int what)
{
    switch (what) {
    case CURL_POLL_IN:
        return EPOLLIN;
    case CURL_POLL_OUT:
        return EPOLLOUT;
    default:
        return EPOLLIN | EPOLLOUT;
    }
}

} // namespace

Http::Multi::Multi(async::EventLoop& loop) : handle{::curl_multi_init()}, loop_{&loop}
{
    if (handle == nullptr)
        throw Failure{ErrorCode::internal, "libcurl cannot be set up"};
    ::curl_multi_setopt(handle, CURLMOPT_SOCKETFUNCTION, &Multi::watch);
    ::curl_multi_setopt(handle, CURLMOPT_SOCKETDATA, this);
    ::curl_multi_setopt(handle, CURLMOPT_TIMERFUNCTION, &Multi::set_timer);
    ::curl_multi_setopt(handle, CURLMOPT_TIMERDATA, this);
    ::curl_multi_setopt(handle, CURLMOPT_MAX_HOST_CONNECTIONS, connections_a_host);
}

Http::Multi::~Multi()
{
    ::curl_multi_cleanup(handle);
}

int Http::Multi::watch(CURL*, curl_socket_t socket, int what, void* self, void*)
{
    auto* const multi = static_cast<Multi*>(self);
    multi->sockets_.erase(socket);
    if (what == CURL_POLL_REMOVE)
        return 0;
    sd_event_source* source = nullptr;
    if (sd_event_add_io(multi->loop_->bare(), &source, socket, events_of(what), &Multi::ready, multi) < 0)
        return -1;
    multi->sockets_.insert_or_assign(socket, async::Source{source});
    return 0;
}

int Http::Multi::set_timer(CURLM*, long milliseconds, void* self)
{
    auto* const multi = static_cast<Multi*>(self);
    multi->timer_.reset();
    if (milliseconds < 0)
        return 0;
    sd_event_source* source = nullptr;
    if (sd_event_add_time_relative(multi->loop_->bare(), &source, CLOCK_MONOTONIC,
                                   static_cast<std::uint64_t>(milliseconds) * 1000, 1000, &Multi::expired,
                                   multi) < 0)
        return -1;
    multi->timer_ = async::Source{source};
    return 0;
}

int Http::Multi::ready(sd_event_source*, int socket, std::uint32_t events, void* self)
{
    auto* const multi = static_cast<Multi*>(self);
    const int what = ((events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                     ((events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                     ((events & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);
    int running = 0;
    ::curl_multi_socket_action(multi->handle, socket, what, &running);
    multi->finish();
    return 0;
}

int Http::Multi::expired(sd_event_source*, std::uint64_t, void* self)
{
    auto* const multi = static_cast<Multi*>(self);
    int running = 0;
    ::curl_multi_socket_action(multi->handle, CURL_SOCKET_TIMEOUT, 0, &running);
    multi->finish();
    return 0;
}

void Http::Multi::finish()
{
    int left = 0;
    while (CURLMsg* message = ::curl_multi_info_read(handle, &left)) {
        if (message->msg != CURLMSG_DONE)
            continue;
        void* exchange = nullptr;
        ::curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
        // The message is gone with the handle, which the resumed one may remove.
        const CURLcode result = message->data.result;
        static_cast<Exchange*>(exchange)->end(result);
    }
}

} // namespace slipway::registry_client
