// SPDX-License-Identifier: LGPL-2.1-or-later
// Exchange: one request and its answer under way: an easy handle of libcurl, its callbacks and its patience.
#pragma once

#include "async/event_loop.hpp"
#include "registry-client/http.hpp"

#include <array>
#include <coroutine>
#include <curl/curl.h>
#include <exception>
#include <optional>

namespace slipway::registry_client {

class Exchange {
  public:
    // REQUEST and OWNER stay the caller's, longer than this.
    Exchange(Http& owner, HttpRequest& request);
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;
    Exchange(Exchange&&) = delete;
    Exchange& operator=(Exchange&&) = delete;
    ~Exchange();

    // Awaited once: until the answer is whole. Throws as Http::perform() does.
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter);
    HttpAnswer await_resume();

    // By Multi, when libcurl is done with it.
    void end(CURLcode result);

  private:
    struct FreeHeaders {
        void operator()(curl_slist* list) const noexcept { ::curl_slist_free_all(list); }
    };

    static std::size_t take_header(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t give_body(char* buffer, std::size_t size, std::size_t count, void* self);
    static int look(sd_event_source*, std::uint64_t, void* self);
    static CURLcode set_up_tls(CURL*, void* context, void* self);

    void set_up();
    void set_up_body();
    void set_up_trust();
    void set_up_proxy();
    std::size_t keep_body(std::string_view piece);
    void watch_over();
    [[noreturn]] void fail() const;

    Http* owner_;
    HttpRequest* request_;
    CURL* easy_;
    std::unique_ptr<curl_slist, FreeHeaders> headers_;
    std::array<char, CURL_ERROR_SIZE> error_{};
    HttpAnswer answer_;
    std::size_t body_sent_ = 0;
    std::uint64_t moved_ = 0; // bytes in both directions
    std::uint64_t moved_before_ = 0;
    unsigned quiet_looks_ = 0;
    bool has_stalled_ = false;
    bool is_added_ = false;
    bool has_told_body_ = false;
    CURLcode result_ = CURLE_OK;
    std::exception_ptr failure_; // of a sink or a source
    std::coroutine_handle<> waiter_;
    async::Source patience_;
};

} // namespace slipway::registry_client
