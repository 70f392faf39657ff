// SPDX-License-Identifier: LGPL-2.1-or-later
// Origin: one place of a target: how it is spoken to, who one is there, when a request is worth another
// attempt, and where it redirects to.
#pragma once

#include "registry-client/http.hpp"
#include "registry-client/tokens.hpp"

#include <optional>
#include <string>
#include <vector>

namespace slipway::registry_client {

struct Call {
    std::string deed; // for failures: "getting the blob sha256:…"
    std::string method = "GET";
    std::string path;       // below /v2/
    std::optional<Url> url; // instead
    std::vector<std::string> headers;
    Scopes scopes;
    std::string body;
    BodySource source;
    std::optional<std::uint64_t> body_size;
    Sink sink;
    std::function<void(const HttpAnswer&)> on_body;
    Flow* flow = nullptr;
    std::size_t answer_limit = 64U << 10U;
};

class Origin {
  public:
    // HTTP and PLACE outlive this.
    Origin(Http& http, const registry::Place& place);
    Origin(const Origin&) = delete;
    Origin& operator=(const Origin&) = delete;
    Origin(Origin&&) = delete;
    Origin& operator=(Origin&&) = delete;
    ~Origin() = default;

    // The answer to a call, whatever its status, after redirections, authorization and attempts again. A body
    // from a source is sent once; a broken body is not asked for again. Throws Failure.
    async::Task<HttpAnswer> call(Call call);
    // The same, where only STATUS is a success.
    async::Task<HttpAnswer> call(Call call, int status);

    // Whether the credentials are good; a token to keep instead of the password, if the registry gives one.
    async::Task<std::string> log_in();

    // Of a path below the registry's own, "/v2/…". Once connect() has been there.
    async::Task<Url> url_of(std::string path);

    const registry::Place& place() const noexcept { return *place_; }
    const std::string& host() const noexcept { return place_->endpoint.host; }
    const std::string& repository() const noexcept { return place_->endpoint.repository; }
    Http& http() const noexcept { return *http_; }
    // For the repository, or another one of this registry.
    Scopes scopes(std::string_view actions) const;
    static std::string scope(std::string_view repository, std::string_view actions);

  private:
    enum class Eagerness { first_contact, usual };

    async::Task<> connect();
    async::Task<HttpAnswer> greet(std::string scheme);
    async::Task<HttpAnswer> persist(HttpRequest request, Eagerness eagerness);
    async::Task<HttpAnswer> follow(HttpRequest request);
    async::Task<> authorize(HttpRequest& request, Scopes scopes);
    void learn(const HttpAnswer& answer);
    HttpRequest request_for(const Call& call, const Url& url) const;
    bool is_own(const Url& url) const;
    // Nothing: no more attempts.
    std::optional<async::Task<>> pause_before(unsigned attempt, const HttpAnswer& answer) const;

    Http* http_;
    const registry::Place* place_;
    Trust trust_;
    Trust nobodys_; // for other hosts
    Tokens tokens_;
    async::Turnstile connecting_;
    std::optional<Url> root_; // "https://host/v2/"
    std::optional<oci::Challenge> challenge_;
};

} // namespace slipway::registry_client
