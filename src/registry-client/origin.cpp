// SPDX-License-Identifier: LGPL-2.1-or-later
// Origin: the first contact, and a call from its beginning to its end.
#include "registry-client/origin.hpp"

#include "async/timer.hpp"
#include "oci/http_fields.hpp"
#include "registry-client/answers.hpp"

#include <algorithm>
#include <ctime>
#include <random>

namespace slipway::registry_client {

namespace {

constexpr unsigned redirection_limit = 10;

bool is_redirection(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Not all at the same moment again.
std::chrono::milliseconds scattered(std::chrono::milliseconds delay)
{
    static std::minstd_rand random{std::random_device{}()};
    return delay * std::uniform_int_distribution<int>{75, 125}(random) / 100;
}

// What is being thrown; IS_WORTHWHILE: another attempt may do better, and none of a streamed body has come.
std::exception_ptr current_connection_failure(bool& is_worthwhile, bool is_first, bool has_stream)
{
    try {
        throw;
    } catch (const ConnectionFailure& failure) {
        using Stage = ConnectionFailure::Stage;
        const Stage stage = failure.stage();
        is_worthwhile = stage == Stage::transfer ? !has_stream : !is_first && stage != Stage::untrusted;
    } catch (...) {
        is_worthwhile = false;
    }
    return std::current_exception();
}

} // namespace

Origin::Origin(Http& http, const registry::Place& place)
    : http_{&http}, place_{&place}, trust_{place.certificates, place.endpoint.is_insecure},
      tokens_{place.credentials, [this](HttpRequest request) {
                  request.trust = is_own(request.url) ? &trust_ : &nobodys_;
                  return persist(std::move(request), Eagerness::usual);
              }}
{
}

std::string Origin::scope(std::string_view repository, std::string_view actions)
{
    return "repository:" + std::string{repository} + ":" + std::string{actions};
}

Scopes Origin::scopes(std::string_view actions) const
{
    return {scope(repository(), actions)};
}

bool Origin::is_own(const Url& url) const
{
    // Ports count: another one is another server.
    return root_ ? url.origin == root_->origin : url.host == place_->endpoint.host;
}

std::optional<async::Task<>> Origin::pause_before(unsigned attempt, const HttpAnswer& answer) const
{
    const registry::Patience& patience = http_->patience();
    if (attempt >= patience.attempts)
        return std::nullopt;
    std::chrono::milliseconds delay = scattered(
        std::min(patience.first_delay * (1U << std::min(attempt - 1, 10U)), patience.longest_delay));
    if (const auto asked = oci::parse_retry_after(answer.header("retry-after"), std::time(nullptr))) {
        if (*asked > patience.longest_delay)
            return std::nullopt;
        delay = std::max<std::chrono::milliseconds>(*asked, delay);
    }
    const auto pause = [](async::EventLoop& loop, std::chrono::milliseconds time) -> async::Task<> {
        co_await async::sleep_for(loop, time);
    };
    return pause(http_->loop(), delay);
}

async::Task<HttpAnswer> Origin::persist(HttpRequest request, Eagerness eagerness)
{
    const bool has_stream = static_cast<bool>(request.sink);
    for (unsigned attempt = 1;; ++attempt) {
        HttpAnswer answer;
        std::exception_ptr failure;
        bool is_worthwhile = true;
        try {
            answer = co_await http_->perform(request);
        } catch (...) {
            // What of its body has come is the caller's to go on from.
            failure =
                current_connection_failure(is_worthwhile, eagerness == Eagerness::first_contact, has_stream);
        }
        if (!failure && !is_passing(answer.status))
            co_return answer;
        std::optional<async::Task<>> pause;
        if (is_worthwhile && !request.source)
            pause = pause_before(attempt, answer);
        if (!pause) {
            if (failure)
                std::rethrow_exception(failure);
            co_return answer;
        }
        co_await std::move(*pause);
    }
}

async::Task<HttpAnswer> Origin::follow(HttpRequest request)
{
    const bool may_follow = request.method == "GET" || request.method == "HEAD";
    for (unsigned hops = 0;; ++hops) {
        HttpAnswer answer = co_await persist(request, Eagerness::usual);
        const std::string location = answer.header("location");
        if (!may_follow || !is_redirection(answer.status) || location.empty())
            co_return answer;
        if (hops == redirection_limit)
            throw Failure{ErrorCode::registry_failed, host() + " redirects in a circle"};
        const Url next = request.url.resolve(location);
        if (request.url.scheme == "https" && next.scheme != "https" && !place_->endpoint.is_insecure)
            throw Failure{ErrorCode::registry_failed,
                          host() + " redirects to " + next.host + " without encryption"};
        if (next.origin != request.url.origin) {
            // What proves who one is is the registry's only.
            request.user.clear();
            request.password.clear();
            request.headers.erase(std::remove_if(request.headers.begin(), request.headers.end(),
                                                 [](const std::string& header) {
                                                     return header.starts_with("Authorization:");
                                                 }),
                                  request.headers.end());
        }
        request.trust = is_own(next) ? &trust_ : &nobodys_;
        request.url = next;
    }
}

void Origin::learn(const HttpAnswer& answer)
{
    const auto challenges = oci::parse_challenges(answer.header("www-authenticate"));
    if (!challenges)
        throw Failure{ErrorCode::registry_failed, host() + " says not how to authenticate"};
    for (const char* scheme : {"bearer", "basic"})
        for (const oci::Challenge& challenge : *challenges)
            if (challenge.scheme == scheme) {
                challenge_ = challenge;
                return;
            }
    throw Failure{ErrorCode::not_supported,
                  host() + " wants another authentication than a token or a password"};
}

async::Task<HttpAnswer> Origin::greet(std::string scheme)
{
    HttpRequest request;
    request.url = Url::parse(scheme + "://" + host() + "/v2/");
    request.trust = &trust_;
    const Url root = request.url;
    HttpAnswer answer = co_await persist(std::move(request), Eagerness::first_contact);
    root_ = root;
    co_return answer;
}

async::Task<> Origin::connect()
{
    const async::Turnstile::Turn turn = co_await connecting_.take();
    if (root_)
        co_return;
    HttpAnswer answer;
    std::exception_ptr failure;
    try {
        answer = co_await greet("https");
    } catch (const ConnectionFailure&) {
        if (!place_->endpoint.is_insecure)
            throw;
        failure = std::current_exception();
    }
    if (failure) {
        try {
            answer = co_await greet("http");
        } catch (const ConnectionFailure& plain) {
            // With neither: what is worth telling is why there was no connection at all.
            throw ConnectionFailure{plain};
        }
    }
    if (answer.status == 401)
        learn(answer);
    else if (is_passing(answer.status)) {
        root_.reset();
        throw failure_of(answer, "looking for a registry", host());
    }
}

async::Task<> Origin::authorize(HttpRequest& request, Scopes scopes)
{
    const oci::Credentials& credentials = place_->credentials;
    if (!is_own(request.url))
        co_return;
    if (!credentials.registry_token.empty()) {
        request.headers.push_back("Authorization: Bearer " + credentials.registry_token);
    } else if (challenge_ && challenge_->scheme == "bearer") {
        oci::Challenge challenge = *challenge_;
        const std::string token =
            co_await tokens_.get(std::move(challenge), std::move(scopes), root_->scheme == "https");
        request.headers.push_back("Authorization: Bearer " + token);
    } else if (challenge_ && !credentials.is_anonymous()) {
        request.user = credentials.username;
        request.password = credentials.password;
    }
}

HttpRequest Origin::request_for(const Call& call, const Url& url) const
{
    HttpRequest request;
    request.method = call.method;
    request.url = url;
    request.headers = call.headers;
    request.trust = is_own(url) ? &trust_ : &nobodys_;
    request.body = call.body;
    request.source = call.source;
    request.body_size = call.body_size;
    request.sink = call.sink;
    request.on_body = call.on_body;
    request.flow = call.flow;
    request.answer_limit = call.answer_limit;
    return request;
}

async::Task<HttpAnswer> Origin::call(Call call)
{
    co_await connect();
    const Url url = call.url ? *call.url : root_->resolve(call.path);
    for (bool is_second = false;; is_second = true) {
        HttpRequest request = request_for(call, url);
        co_await authorize(request, call.scopes);
        HttpAnswer answer = co_await follow(std::move(request));
        if (answer.status != 401 || is_second)
            co_return answer;
        if (!answer.header("www-authenticate").empty())
            learn(answer);
        tokens_.forget(call.scopes);
        // Nobody has another password than the one that was refused; a stream is the caller's to send again.
        if (call.source || !challenge_ ||
            (challenge_->scheme == "basic" && place_->credentials.is_anonymous()))
            co_return answer;
    }
}

async::Task<HttpAnswer> Origin::call(Call call, int status)
{
    const std::string deed = call.deed;
    HttpAnswer answer = co_await this->call(std::move(call));
    if (answer.status != status)
        throw failure_of(answer, deed, host());
    co_return answer;
}

async::Task<Url> Origin::url_of(std::string path)
{
    co_await connect();
    co_return root_->resolve(path);
}

async::Task<std::string> Origin::log_in()
{
    co_await connect();
    std::string token;
    if (challenge_ && challenge_->scheme == "bearer" && place_->credentials.registry_token.empty()) {
        oci::Challenge challenge = *challenge_;
        token = co_await tokens_.log_in(std::move(challenge), root_->scheme == "https");
    }
    Call probe;
    probe.deed = "logging in";
    static_cast<void>(co_await call(std::move(probe), 200));
    co_return token;
}

} // namespace slipway::registry_client
