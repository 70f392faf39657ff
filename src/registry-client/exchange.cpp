// SPDX-License-Identifier: LGPL-2.1-or-later
// Exchange: options of an easy handle, what libcurl calls back, and how an exchange ends.
#include "registry-client/exchange.hpp"

#include "oci/field_reader.hpp"
#include "registry-client/multi.hpp"
#include "registry-client/trust.hpp"
#include "slipway_config.hpp"

#include <algorithm>
#include <ctime>

namespace slipway::registry_client {

namespace {

// So often within the time that an exchange may stand still it is looked at.
constexpr unsigned looks = 4;
constexpr std::size_t header_limit = 64U << 10U;

bool is_content(int status)
{
    return status == 200 || status == 206;
}

std::string seconds_of(std::chrono::milliseconds time)
{
    const auto tenths = (time.count() + 50) / 100;
    return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10)) + " s";
}

} // namespace

void Flow::resume()
{
    if (!is_paused_ || handle_ == nullptr)
        return;
    is_paused_ = false;
    ::curl_easy_pause(handle_, CURLPAUSE_CONT);
}

Exchange::Exchange(Http& owner, HttpRequest& request)
    : owner_{&owner}, request_{&request}, easy_{::curl_easy_init()}
{
    if (easy_ == nullptr)
        throw Failure{ErrorCode::internal, "libcurl cannot be set up"};
    try {
        set_up();
        set_up_body();
        set_up_trust();
        set_up_proxy();
    } catch (...) {
        ::curl_easy_cleanup(easy_);
        throw;
    }
}

Exchange::~Exchange()
{
    if (request_->flow != nullptr)
        *request_->flow = Flow{};
    if (is_added_)
        ::curl_multi_remove_handle(owner_->multi_->handle, easy_);
    ::curl_easy_cleanup(easy_);
}

void Exchange::set_up()
{
    ::curl_easy_setopt(easy_, CURLOPT_URL, request_->url.text.c_str());
    ::curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
    ::curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    ::curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(easy_, CURLOPT_USERAGENT, "slipway/" SLIPWAY_VERSION);
    ::curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
    ::curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_.data());
    ::curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS,
                       static_cast<long>(owner_->patience().connect.count()));
    ::curl_easy_setopt(easy_, CURLOPT_BUFFERSIZE, 256L << 10U);
    ::curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Exchange::take_header);
    ::curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
    ::curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Exchange::take_body);
    ::curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
    // No other file of the user's than those that were given is to say anything.
    ::curl_easy_setopt(easy_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    if (!request_->user.empty() || !request_->password.empty()) {
        ::curl_easy_setopt(easy_, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        ::curl_easy_setopt(easy_, CURLOPT_USERNAME, request_->user.c_str());
        ::curl_easy_setopt(easy_, CURLOPT_PASSWORD, request_->password.c_str());
    }
}

void Exchange::set_up_body()
{
    std::vector<std::string> headers = request_->headers;
    headers.emplace_back("Expect:");
    const bool has_body = request_->source || request_->method == "POST" || request_->method == "PUT" ||
                          request_->method == "PATCH";
    if (has_body) {
        ::curl_easy_setopt(easy_, CURLOPT_UPLOAD, 1L);
        ::curl_easy_setopt(easy_, CURLOPT_UPLOAD_BUFFERSIZE, 256L << 10U);
        ::curl_easy_setopt(easy_, CURLOPT_READFUNCTION, &Exchange::give_body);
        ::curl_easy_setopt(easy_, CURLOPT_READDATA, this);
        const std::optional<std::uint64_t> size =
            request_->source ? request_->body_size : std::optional<std::uint64_t>{request_->body.size()};
        if (size)
            ::curl_easy_setopt(easy_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(*size));
        else
            headers.emplace_back("Transfer-Encoding: chunked");
    }
    if (request_->method == "HEAD")
        ::curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
    else
        ::curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_->method.c_str());
    for (const std::string& header : headers) {
        curl_slist* const list = ::curl_slist_append(headers_.get(), header.c_str());
        if (list == nullptr)
            throw std::bad_alloc{};
        static_cast<void>(headers_.release());
        headers_.reset(list);
    }
    ::curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_.get());
}

void Exchange::set_up_trust()
{
    if (request_->trust == nullptr)
        return;
    const registry::Certificates& certificates = request_->trust->certificates;
    if (request_->trust->is_insecure) {
        ::curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 0L);
        ::curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (!certificates.authorities.empty()) {
        ::curl_easy_setopt(easy_, CURLOPT_SSL_CTX_FUNCTION, &Exchange::set_up_tls);
        ::curl_easy_setopt(easy_, CURLOPT_SSL_CTX_DATA, this);
    }
    const auto set_blob = [this](CURLoption option, const std::string& text) {
        if (text.empty())
            return;
        curl_blob blob{const_cast<char*>(text.data()), text.size(), CURL_BLOB_COPY}; // NOLINT: copied
        ::curl_easy_setopt(easy_, option, &blob);
    };
    set_blob(CURLOPT_SSLCERT_BLOB, certificates.certificate);
    set_blob(CURLOPT_SSLKEY_BLOB, certificates.key);
}

void Exchange::set_up_proxy()
{
    const registry::Proxies& proxies = owner_->proxies_;
    const std::string& own = request_->url.scheme == "https" ? proxies.https : proxies.http;
    const std::string& proxy = own.empty() ? proxies.all : own;
    // Set even where it is empty: this process has an environment too.
    ::curl_easy_setopt(easy_, CURLOPT_PROXY, proxy.c_str());
    ::curl_easy_setopt(easy_, CURLOPT_NOPROXY, proxies.none.c_str());
}

CURLcode Exchange::set_up_tls(CURL*, void* context, void* self)
{
    const auto* const exchange = static_cast<const Exchange*>(self);
    return trust(context, exchange->request_->trust->certificates.authorities) ? CURLE_OK
                                                                               : CURLE_SSL_CACERT_BADFILE;
}

std::size_t Exchange::take_header(char* data, std::size_t size, std::size_t count, void* self)
{
    auto* const exchange = static_cast<Exchange*>(self);
    const std::size_t length = size * count;
    exchange->moved_ += length;
    try {
        std::string_view line{data, length};
        while (line.ends_with('\n') || line.ends_with('\r'))
            line.remove_suffix(1);
        HttpAnswer& answer = exchange->answer_;
        const std::size_t colon = line.find(':');
        // A status line, of this answer or of an interim one before it.
        if (line.starts_with("HTTP/")) {
            answer = HttpAnswer{};
        } else if (colon != std::string_view::npos && answer.headers.size() * 16 + length < header_limit) {
            std::string_view value = line.substr(colon + 1);
            value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
            std::string& held = answer.headers[oci::lower_case(std::string{line.substr(0, colon)})];
            if (held.size() < header_limit)
                held.append(held.empty() ? "" : ", ").append(value);
        }
        return length;
    } catch (...) {
        exchange->failure_ = std::current_exception();
        return 0;
    }
}

std::size_t Exchange::keep_body(std::string_view piece)
{
    const std::size_t room = request_->answer_limit - std::min(request_->answer_limit, answer_.body.size());
    answer_.body.append(piece.substr(0, room));
    answer_.is_body_cut = answer_.is_body_cut || piece.size() > room;
    // Nobody will read the rest, and there may be no end of it.
    return answer_.is_body_cut ? 0 : piece.size();
}

std::size_t Exchange::take_body(char* data, std::size_t size, std::size_t count, void* self)
{
    auto* const exchange = static_cast<Exchange*>(self);
    const std::string_view piece{data, size * count};
    HttpRequest& request = *exchange->request_;
    try {
        long status = 0;
        ::curl_easy_getinfo(exchange->easy_, CURLINFO_RESPONSE_CODE, &status);
        exchange->answer_.status = static_cast<int>(status);
        if (!request.sink || !is_content(exchange->answer_.status)) {
            exchange->moved_ += piece.size();
            return exchange->keep_body(piece);
        }
        if (request.on_body && !std::exchange(exchange->has_told_body_, true))
            request.on_body(exchange->answer_);
        if (request.sink(piece) == Taken::paused) {
            request.flow->handle_ = exchange->easy_;
            request.flow->is_paused_ = true;
            return CURL_WRITEFUNC_PAUSE;
        }
        exchange->moved_ += piece.size();
        return piece.size();
    } catch (...) {
        exchange->failure_ = std::current_exception();
        return 0;
    }
}

std::size_t Exchange::give_body(char* buffer, std::size_t size, std::size_t count, void* self)
{
    auto* const exchange = static_cast<Exchange*>(self);
    const std::size_t room = size * count;
    try {
        std::size_t given = 0;
        if (exchange->request_->source) {
            given = exchange->request_->source(buffer, room);
            if (given == not_yet) {
                exchange->request_->flow->handle_ = exchange->easy_;
                exchange->request_->flow->is_paused_ = true;
                return CURL_READFUNC_PAUSE;
            }
        } else {
            given = exchange->request_->body.copy(buffer, room, exchange->body_sent_);
            exchange->body_sent_ += given;
        }
        exchange->moved_ += given;
        return given;
    } catch (...) {
        exchange->failure_ = std::current_exception();
        return CURL_READFUNC_ABORT;
    }
}

void Exchange::watch_over()
{
    // systemd's usual quarter of a second would add up.
    const std::uint64_t accuracy = 10'000;
    const auto usec = std::chrono::duration_cast<std::chrono::microseconds>(owner_->patience().stall) / looks;
    sd_event_source* source = nullptr;
    check_negative(sd_event_add_time_relative(owner_->loop().bare(), &source, CLOCK_MONOTONIC,
                                              static_cast<std::uint64_t>(usec.count()), accuracy,
                                              &Exchange::look, this),
                   "set a timer");
    patience_ = async::Source{source};
}

int Exchange::look(sd_event_source*, std::uint64_t, void* self)
{
    auto* const exchange = static_cast<Exchange*>(self);
    // A trickle is no progress: a layer would take days.
    const std::uint64_t enough = 16;
    const bool is_paused = exchange->request_->flow != nullptr && exchange->request_->flow->is_paused_;
    const bool is_quiet = exchange->moved_ < exchange->moved_before_ + enough && !is_paused;
    exchange->quiet_looks_ = is_quiet ? exchange->quiet_looks_ + 1 : 0;
    exchange->moved_before_ = exchange->moved_;
    if (exchange->quiet_looks_ >= looks) {
        exchange->has_stalled_ = true;
        exchange->end(CURLE_OPERATION_TIMEDOUT);
        return 0;
    }
    try {
        exchange->watch_over();
    } catch (const Failure&) {
        exchange->has_stalled_ = true;
        exchange->end(CURLE_OPERATION_TIMEDOUT);
    }
    return 0;
}

void Exchange::await_suspend(std::coroutine_handle<> waiter)
{
    waiter_ = waiter;
    watch_over();
    const CURLMcode result = ::curl_multi_add_handle(owner_->multi_->handle, easy_);
    if (result != CURLM_OK)
        throw Failure{ErrorCode::internal, std::string{"libcurl: "} + ::curl_multi_strerror(result)};
    is_added_ = true;
}

void Exchange::end(CURLcode result)
{
    result_ = result;
    patience_.reset();
    waiter_.resume();
}

HttpAnswer Exchange::await_resume()
{
    if (failure_)
        std::rethrow_exception(failure_);
    long status = 0;
    ::curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    answer_.status = static_cast<int>(status);
    const bool is_our_own_end = result_ == CURLE_WRITE_ERROR && answer_.is_body_cut;
    if (result_ != CURLE_OK && !is_our_own_end)
        fail();
    return std::move(answer_);
}

void Exchange::fail() const
{
    const std::string host = request_->url.host;
    const std::string words = error_[0] != '\0' ? error_.data() : ::curl_easy_strerror(result_);
    switch (result_) {
    case CURLE_COULDNT_RESOLVE_HOST:
        throw ConnectionFailure{ConnectionFailure::Stage::resolve, ErrorCode::registry_unreachable,
                                "there is no host " + host + " (" + words + ")"};
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
        throw ConnectionFailure{ConnectionFailure::Stage::connect, ErrorCode::registry_unreachable,
                                "the proxy to " + host + " does not answer (" + words + ")"};
    case CURLE_COULDNT_CONNECT:
        throw ConnectionFailure{ConnectionFailure::Stage::connect, ErrorCode::registry_unreachable,
                                "nothing answers at " + host + " (" + words + ")"};
    case CURLE_PEER_FAILED_VERIFICATION:
        throw ConnectionFailure{ConnectionFailure::Stage::untrusted, ErrorCode::registry_untrusted,
                                "the certificate of " + host + " is not trusted (" + words +
                                    "): put its CA into /etc/slipway/certs.d/" + host + "/ca.crt"};
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
        throw Failure{ErrorCode::invalid_configuration,
                      "the certificates in certs.d/" + host + " cannot be used (" + words + ")"};
    case CURLE_SSL_CONNECT_ERROR:
        throw ConnectionFailure{ConnectionFailure::Stage::tls, ErrorCode::registry_unreachable,
                                host + " does not speak TLS (" + words + ")"};
    case CURLE_OPERATION_TIMEDOUT: {
        const bool is_connecting = !has_stalled_;
        const registry::Patience& patience = owner_->patience();
        throw ConnectionFailure{
            is_connecting ? ConnectionFailure::Stage::connect : ConnectionFailure::Stage::transfer,
            ErrorCode::registry_unreachable,
            is_connecting ? "nothing answers at " + host + " within " + seconds_of(patience.connect)
                          : host + " has sent nothing for " + seconds_of(patience.stall)};
    }
    case CURLE_PARTIAL_FILE:
        throw ConnectionFailure{ConnectionFailure::Stage::transfer, ErrorCode::registry_failed,
                                host + " ended its answer too early (" + words + ")"};
    default:
        throw ConnectionFailure{ConnectionFailure::Stage::transfer, ErrorCode::registry_failed,
                                "the connection to " + host + " broke (" + words + ")"};
    }
}

} // namespace slipway::registry_client
