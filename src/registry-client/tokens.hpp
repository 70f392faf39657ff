// SPDX-License-Identifier: LGPL-2.1-or-later
// Tokens: what a registry's token server gives for credentials, one a scope, until they expire (docker's
// token authentication, which the distribution specification refers to).
#pragma once

#include "async/turn.hpp"
#include "oci/challenge.hpp"
#include "registry-client/http.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace slipway::registry_client {

// "repository:team/app:pull", sorted.
using Scopes = std::set<std::string>;

class Tokens {
  public:
    // Sends one request, as often as it needs.
    using Sender = std::function<async::Task<HttpAnswer>(HttpRequest)>;

    // CREDENTIALS outlives this.
    Tokens(const oci::Credentials& credentials, Sender sender)
        : credentials_{&credentials}, sender_{std::move(sender)}
    {
    }

    // A token for SCOPES as CHALLENGE wants it, at least for a moment; kept ones first. IS_ENCRYPTED: the
    // registry is, so its token server has to be. Throws Failure: registry_denied, registry_failed.
    async::Task<std::string> get(oci::Challenge challenge, Scopes scopes, bool is_encrypted);
    // It was refused.
    void forget(const Scopes& scopes);

    // With get(): a token that later ones are bought with, if the server gives one; empty where it does not.
    async::Task<std::string> log_in(oci::Challenge challenge, bool is_encrypted);

  private:
    using Clock = std::chrono::steady_clock;
    enum class Wish { access, refresh };
    struct Entry {
        std::string token;
        Clock::time_point expires;
        async::Turnstile turnstile;
    };
    struct Grant {
        std::string token;
        std::string refresh_token;
        std::chrono::seconds lifetime;
    };

    async::Task<Grant> ask(oci::Challenge challenge, Scopes scopes, bool is_encrypted, Wish wish);
    HttpRequest form_for(const Url& realm, const oci::Challenge& challenge, const Scopes& scopes) const;
    HttpRequest query_for(const Url& realm, const oci::Challenge& challenge, const Scopes& scopes,
                          Wish wish) const;

    const oci::Credentials* credentials_;
    Sender sender_;
    std::map<Scopes, Entry> entries_;
};

} // namespace slipway::registry_client
