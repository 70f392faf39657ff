// SPDX-License-Identifier: LGPL-2.1-or-later
// Url: by libcurl's parser, which is the one that connects, so that nobody reads an address in another way.
#include "registry-client/url.hpp"

#include "base/failure.hpp"

#include <curl/curl.h>
#include <memory>

namespace slipway::registry_client {

namespace {

struct FreeUrl {
    void operator()(CURLU* url) const noexcept { ::curl_url_cleanup(url); }
};
using Handle = std::unique_ptr<CURLU, FreeUrl>;

[[noreturn]] void refuse(std::string_view text)
{
    throw Failure{ErrorCode::registry_failed, "the registry names an address that is none of HTTP's: " +
                                                  std::string{text.substr(0, 200)}};
}

void set(const Handle& url, CURLUPart part, const std::string& text, std::string_view whole)
{
    if (::curl_url_set(url.get(), part, text.c_str(), 0) != CURLUE_OK)
        refuse(whole);
}

std::string part_of(const Handle& url, CURLUPart part, unsigned flags = 0)
{
    char* text = nullptr;
    if (::curl_url_get(url.get(), part, &text, flags) != CURLUE_OK)
        return {};
    std::string copy{text};
    ::curl_free(text);
    return copy;
}

Url url_of(const Handle& handle, std::string_view whole)
{
    for (const CURLUPart part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_FRAGMENT})
        ::curl_url_set(handle.get(), part, nullptr, 0);
    Url url{part_of(handle, CURLUPART_URL), part_of(handle, CURLUPART_SCHEME), {}, {}};
    const std::string host = part_of(handle, CURLUPART_HOST);
    const std::string port = part_of(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    if ((url.scheme != "http" && url.scheme != "https") || host.empty() || url.text.empty())
        refuse(whole);
    url.origin = url.scheme + "://" + host + ":" + port;
    url.host = host;
    if (const std::string own = part_of(handle, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT); !own.empty())
        url.host += ":" + own;
    return url;
}

} // namespace

Url Url::parse(std::string_view text)
{
    const Handle handle{::curl_url()};
    set(handle, CURLUPART_URL, std::string{text}, text);
    return url_of(handle, text);
}

Url Url::resolve(std::string_view reference) const
{
    const Handle handle{::curl_url()};
    set(handle, CURLUPART_URL, text, text);
    set(handle, CURLUPART_URL, std::string{reference}, reference);
    return url_of(handle, reference);
}

Url Url::with_query(std::string_view name, std::string_view value) const
{
    const Handle handle{::curl_url()};
    set(handle, CURLUPART_URL, text, text);
    const std::string added = std::string{name} + "=" + url_escaped(value);
    if (::curl_url_set(handle.get(), CURLUPART_QUERY, added.c_str(), CURLU_APPENDQUERY) != CURLUE_OK)
        refuse(text);
    return url_of(handle, text);
}

std::string url_escaped(std::string_view text)
{
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string escaped;
    for (const char c : text) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                              c == '-' || c == '_' || c == '.' || c == '~';
        if (is_plain) {
            escaped += c;
        } else {
            escaped += '%';
            escaped += digits[static_cast<unsigned char>(c) >> 4U];
            escaped += digits[static_cast<unsigned char>(c) & 15U];
        }
    }
    return escaped;
}

} // namespace slipway::registry_client
