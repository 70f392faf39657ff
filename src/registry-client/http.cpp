// SPDX-License-Identifier: LGPL-2.1-or-later
// Http: libcurl set up, and one exchange from its beginning to its end.
#include "registry-client/http.hpp"

#include "registry-client/exchange.hpp"
#include "registry-client/multi.hpp"

namespace slipway::registry_client {

std::string HttpAnswer::header(const std::string& name) const
{
    const auto found = headers.find(name);
    return found == headers.end() ? std::string{} : found->second;
}

Http::Http(async::EventLoop& loop, registry::Proxies proxies, registry::Patience patience)
    : loop_{&loop}, proxies_{std::move(proxies)}, patience_{patience}, multi_{std::make_unique<Multi>(loop)}
{
}

Http::~Http() = default;

async::Task<HttpAnswer> Http::perform(HttpRequest request)
{
    // In the frame, which a cancelled task unwinds.
    Exchange exchange{*this, request};
    co_return co_await exchange;
}

} // namespace slipway::registry_client
