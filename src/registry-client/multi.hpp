// SPDX-License-Identifier: LGPL-2.1-or-later
// Multi: libcurl's sockets and its timer as sources of the event loop (libcurl-multi(3)).
#pragma once

#include "async/event_loop.hpp"
#include "registry-client/http.hpp"

#include <curl/curl.h>
#include <unordered_map>

namespace slipway::registry_client {

struct Http::Multi {
    explicit Multi(async::EventLoop& loop);
    Multi(const Multi&) = delete;
    Multi& operator=(const Multi&) = delete;
    Multi(Multi&&) = delete;
    Multi& operator=(Multi&&) = delete;
    ~Multi();

    CURLM* handle;

  private:
    struct Socket {
        Multi* owner;
        async::Source source;
    };

    static int watch(CURL*, curl_socket_t socket, int what, void* self, void*);
    static int set_timer(CURLM*, long milliseconds, void* self);
    static int ready(sd_event_source*, int socket, std::uint32_t events, void* self);
    static int expired(sd_event_source*, std::uint64_t, void* self);
    // Outside of libcurl's callbacks: whoever waits for an exchange that has ended goes on.
    void finish();

    async::EventLoop* loop_;
    std::unordered_map<int, async::Source> sockets_;
    async::Source timer_;
};

} // namespace slipway::registry_client
