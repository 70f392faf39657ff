// SPDX-License-Identifier: LGPL-2.1-or-later
// Http: exchanges of one request for one answer, many side by side: libcurl's multi interface on the event
// loop. It follows no redirection, repeats nothing and knows no registry.
#pragma once

#include "async/event_loop.hpp"
#include "async/task.hpp"
#include "registry-client/url.hpp"
#include "registry/target.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::registry_client {

// Takes a piece of an answer's body; paused: not now, it is offered again after Flow::resume(). May throw,
// which ends the exchange.
enum class Taken { all, paused };
using Sink = std::function<Taken(std::string_view)>;

// Fills at most SIZE bytes from BUFFER on; 0 at the end. not_yet: nothing is there now, it is asked again
// after Flow::resume(). May throw, which ends the exchange.
inline constexpr std::size_t not_yet = SIZE_MAX;
using BodySource = std::function<std::size_t(char* buffer, std::size_t size)>;

// How the body of an exchange under way is held up and let go on.
class Flow {
  public:
    // Nothing happens where no exchange is paused. Not from within a sink.
    void resume();

  private:
    friend class Exchange;
    void* handle_ = nullptr;
    bool is_paused_ = false;
};

struct Trust {
    registry::Certificates certificates;
    // Whoever answers is believed.
    bool is_insecure = false;
};

struct HttpRequest {
    std::string method = "GET";
    Url url;
    std::vector<std::string> headers; // "Name: value"
    const Trust* trust = nullptr;
    // "user:password" of HTTP's basic scheme.
    std::string user;
    std::string password;
    std::string body;
    // Instead of body; body_size is nothing where the end shows only when it comes.
    BodySource source;
    std::optional<std::uint64_t> body_size;
    // Where the body of a 200 or 206 goes; else it is kept in the answer.
    Sink sink;
    // Before the sink sees a body: the answer so far.
    std::function<void(const struct HttpAnswer&)> on_body;
    Flow* flow = nullptr;
    std::size_t answer_limit = 64U << 10U; // bytes of a kept body; the rest is dropped
};

struct HttpAnswer {
    int status = 0;
    // Names in lower case; several of one name stand behind each other, parted by ", ".
    std::map<std::string, std::string> headers;
    std::string body;
    bool is_body_cut = false;

    std::string header(const std::string& name) const;
};

// A connection that did not stand, or did not last: worth another attempt.
class ConnectionFailure : public Failure {
  public:
    enum class Stage {
        resolve,
        connect,
        tls,       // the server speaks none
        untrusted, // its certificate is not to be believed
        transfer,
    };
    ConnectionFailure(Stage stage, ErrorCode code, std::string message)
        : Failure{code, std::move(message)}, stage_{stage}
    {
    }
    Stage stage() const noexcept { return stage_; }

  private:
    Stage stage_;
};

class Http {
  public:
    Http(async::EventLoop& loop, registry::Proxies proxies, registry::Patience patience);
    Http(const Http&) = delete;
    Http& operator=(const Http&) = delete;
    Http(Http&&) = delete;
    Http& operator=(Http&&) = delete;
    ~Http();

    // Throws ConnectionFailure, and what sink and source throw. Cancelling it ends the exchange.
    async::Task<HttpAnswer> perform(HttpRequest request);

    async::EventLoop& loop() const noexcept { return *loop_; }
    const registry::Patience& patience() const noexcept { return patience_; }

  private:
    friend class Exchange;
    struct Multi;

    async::EventLoop* loop_;
    registry::Proxies proxies_;
    registry::Patience patience_;
    std::unique_ptr<Multi> multi_;
};

} // namespace slipway::registry_client
