// SPDX-License-Identifier: LGPL-2.1-or-later
// Tokens: asked for by a form with a refresh token, or by a query with a password or nobody's.
#include "registry-client/tokens.hpp"

#include "base/json.hpp"
#include "registry-client/answers.hpp"

#include <algorithm>

namespace slipway::registry_client {

namespace {

// What the specification says where the server does not.
constexpr std::chrono::seconds usual_lifetime{60};
// A token has to last until its request is there.
constexpr std::chrono::seconds margin{10};
constexpr std::size_t answer_limit = 1U << 20U;

std::string token_in(const Json& object, const char* name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string())
        return {};
    std::string text = found->get<std::string>();
    if (text.find_first_of(std::string_view{"\0\r\n", 3}) != std::string::npos)
        throw Failure{ErrorCode::registry_failed, "the token server gives a token with a line break"};
    return text;
}

Url realm_of(const oci::Challenge& challenge, bool is_encrypted)
{
    Url realm = Url::parse(challenge.value("realm"));
    if (is_encrypted && realm.scheme != "https")
        throw Failure{ErrorCode::registry_failed,
                      "the registry wants credentials sent to " + realm.host + " without encryption"};
    return realm;
}

std::string joined(const Scopes& scopes)
{
    std::string text;
    for (const std::string& scope : scopes)
        text += (text.empty() ? "" : " ") + scope;
    return text;
}

} // namespace

HttpRequest Tokens::form_for(const Url& realm, const oci::Challenge& challenge, const Scopes& scopes) const
{
    HttpRequest request;
    request.method = "POST";
    request.url = realm;
    request.headers.emplace_back("Content-Type: application/x-www-form-urlencoded");
    request.body =
        "grant_type=refresh_token&client_id=slipway&service=" + url_escaped(challenge.value("service")) +
        "&scope=" + url_escaped(joined(scopes)) +
        "&refresh_token=" + url_escaped(credentials_->identity_token);
    request.answer_limit = answer_limit;
    return request;
}

HttpRequest Tokens::query_for(const Url& realm, const oci::Challenge& challenge, const Scopes& scopes,
                              Wish wish) const
{
    HttpRequest request;
    request.url = realm;
    if (const std::string service = challenge.value("service"); !service.empty())
        request.url = request.url.with_query("service", service);
    for (const std::string& scope : scopes)
        request.url = request.url.with_query("scope", scope);
    if (wish == Wish::refresh)
        request.url = request.url.with_query("offline_token", "true").with_query("client_id", "slipway");
    if (!credentials_->password.empty()) {
        request.url = request.url.with_query("account", credentials_->username);
        request.user = credentials_->username;
        request.password = credentials_->password;
    }
    request.answer_limit = answer_limit;
    return request;
}

async::Task<Tokens::Grant> Tokens::ask(oci::Challenge challenge, Scopes scopes, bool is_encrypted, Wish wish)
{
    const Url realm = realm_of(challenge, is_encrypted);
    HttpRequest request = credentials_->identity_token.empty() ? query_for(realm, challenge, scopes, wish)
                                                               : form_for(realm, challenge, scopes);
    const HttpAnswer answer = co_await sender_(std::move(request));
    if (answer.status == 400 || answer.status == 401 || answer.status == 403) {
        const std::string words = words_of(answer);
        throw Failure{ErrorCode::registry_denied,
                      (credentials_->is_anonymous()
                           ? realm.host + " gives strangers no token"
                           : realm.host + " refuses the credentials" +
                                 (credentials_->username.empty() ? "" : " of " + credentials_->username)) +
                          " (" + std::to_string(answer.status) + (words.empty() ? "" : ": " + words) + ")"};
    }
    if (answer.status != 200)
        throw failure_of(answer, "getting a token", realm.host);
    const Json document = parse_json(answer.body);
    if (!document.is_object())
        throw Failure{ErrorCode::registry_failed,
                      "the token server " + realm.host + " answers with no JSON object"};
    Grant grant{token_in(document, "token"), token_in(document, "refresh_token"), usual_lifetime};
    if (grant.token.empty())
        grant.token = token_in(document, "access_token");
    if (grant.token.empty())
        throw Failure{ErrorCode::registry_failed, "the token server " + realm.host + " gives no token"};
    if (const auto lifetime = document.find("expires_in");
        lifetime != document.end() && lifetime->is_number_unsigned())
        grant.lifetime =
            std::chrono::seconds{std::min<std::uint64_t>(lifetime->get<std::uint64_t>(), 86'400)};
    co_return grant;
}

async::Task<std::string> Tokens::get(oci::Challenge challenge, Scopes scopes, bool is_encrypted)
{
    // Many blobs want the same token at once: one asks.
    Entry& entry = entries_[scopes];
    const async::Turnstile::Turn turn = co_await entry.turnstile.take();
    if (!entry.token.empty() && Clock::now() < entry.expires)
        co_return entry.token;
    const Grant grant = co_await ask(std::move(challenge), scopes, is_encrypted, Wish::access);
    entry.token = grant.token;
    entry.expires = Clock::now() + std::max(grant.lifetime - margin, grant.lifetime / 2);
    co_return entry.token;
}

void Tokens::forget(const Scopes& scopes)
{
    if (const auto found = entries_.find(scopes); found != entries_.end())
        found->second.token.clear();
}

async::Task<std::string> Tokens::log_in(oci::Challenge challenge, bool is_encrypted)
{
    const Scopes none;
    const Grant grant = co_await ask(std::move(challenge), none, is_encrypted, Wish::refresh);
    Entry& entry = entries_[none];
    entry.token = grant.token;
    entry.expires = Clock::now() + grant.lifetime;
    co_return grant.refresh_token;
}

} // namespace slipway::registry_client
