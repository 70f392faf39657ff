// SPDX-License-Identifier: LGPL-2.1-or-later
// Reference: the grammar of the distribution specification, and docker's defaults.
//
//   reference := [domain "/"] path [":" tag] ["@" digest]
//   domain    := (host | "[" IPv6 "]") [":" port], told from a path by a ".", a ":" or being "localhost"
//   path      := component *("/" component)
//   component := alphanumeric *(("." | "_" | "__" | 1*"-") alphanumeric)
//   tag       := (letter | digit | "_") up to 127 more, which may be "." and "-" too
#include "oci/reference.hpp"

#include "base/id.hpp"
#include "oci/ascii.hpp"

#include <algorithm>
#include <utility>

namespace slipway::oci {

namespace {

constexpr std::string_view default_domain = "docker.io";
constexpr std::string_view old_default_domain = "index.docker.io";
constexpr std::string_view official = "library/";
constexpr std::string_view default_tag = "latest";
constexpr std::size_t name_limit = 255; // domain, slash and path
constexpr std::size_t tag_limit = 128;

// Why a part of a reference is refused; nullptr if it is not.
using Reason = const char*;

// The part of TEXT before the first SEPARATOR; TEXT becomes what follows it.
std::string_view take_until(std::string_view& text, char separator)
{
    const std::size_t end = text.find(separator);
    const std::string_view head = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    return head;
}

Reason refuse_port(std::string_view port)
{
    if (port.empty() || port.size() > 5 || !std::all_of(port.begin(), port.end(), is_digit))
        return "the registry's port is not a number";
    return nullptr;
}

Reason refuse_host(std::string_view host)
{
    while (!host.empty()) {
        const bool is_last = host.find('.') == std::string_view::npos;
        const std::string_view label = take_until(host, '.');
        if (label.empty() || label.front() == '-' || label.back() == '-' || (host.empty() && !is_last))
            return "the registry is not a host name";
        if (!std::all_of(label.begin(), label.end(), [](char c) { return is_alphanumeric(c) || c == '-'; }))
            return "the registry's host name has other characters than letters, digits, '-' and '.'";
    }
    return nullptr;
}

Reason refuse_domain(std::string_view domain)
{
    if (domain.starts_with('[')) {
        const std::size_t end = domain.find(']');
        const std::string_view address = domain.substr(1, end == std::string_view::npos ? end : end - 1);
        const bool is_address = std::all_of(address.begin(), address.end(), [](char c) {
            return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':';
        });
        if (end == std::string_view::npos || address.empty() || !is_address)
            return "the registry is not an IPv6 address";
        domain.remove_prefix(end + 1);
        if (domain.empty())
            return nullptr;
        return domain.front() == ':' ? refuse_port(domain.substr(1)) : "the registry is not an IPv6 address";
    }
    const std::size_t colon = domain.find(':');
    if (colon == 0)
        return "the registry has no host name";
    if (Reason reason = refuse_host(domain.substr(0, colon)); reason != nullptr)
        return reason;
    return colon == std::string_view::npos ? nullptr : refuse_port(domain.substr(colon + 1));
}

bool is_separator(std::string_view text)
{
    return text == "." || text == "_" || text == "__" ||
           text.find_first_not_of('-') == std::string_view::npos;
}

Reason refuse_component(std::string_view component)
{
    const auto is_word = [](char c) { return is_lower(c) || is_digit(c); };
    if (component.empty())
        return "a part of the name between slashes is empty";
    if (std::any_of(component.begin(), component.end(), is_upper))
        return "the name must be in lower case";
    if (!is_word(component.front()) || !is_word(component.back()))
        return "each part of the name must begin and end with a letter or a digit";
    for (std::size_t i = 0; i < component.size();) {
        const std::size_t start = i;
        while (i < component.size() && !is_word(component[i]))
            ++i;
        const std::string_view between = component.substr(start, i - start);
        if (between.find_first_not_of("._-") != std::string_view::npos)
            return "the name may have lower-case letters, digits, '.', '_' and '-' only";
        if (!between.empty() && !is_separator(between))
            return "letters and digits of the name may be parted by one '.', one or two '_' or some '-'";
        i += between.empty() ? 1 : 0;
    }
    return nullptr;
}

Reason refuse_path(std::string_view path)
{
    if (path.empty())
        return "the name is empty";
    if (path.back() == '/')
        return "a part of the name between slashes is empty";
    while (!path.empty())
        if (Reason reason = refuse_component(take_until(path, '/')); reason != nullptr)
            return reason;
    return nullptr;
}

Reason refuse_tag(std::string_view tag)
{
    if (tag.empty())
        return "the tag is empty";
    if (tag.size() > tag_limit)
        return "the tag is longer than 128 characters";
    if (!is_alphanumeric(tag.front()) && tag.front() != '_')
        return "the tag must begin with a letter, a digit or '_'";
    if (!std::all_of(tag.begin(), tag.end(),
                     [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; }))
        return "the tag may have letters, digits, '_', '.' and '-' only";
    return nullptr;
}

// Docker's rule: the part before the first slash is a registry if it cannot be anything else.
bool is_domain(std::string_view head)
{
    return head.find_first_of(".:[") != std::string_view::npos || head == "localhost" ||
           std::any_of(head.begin(), head.end(), is_upper);
}

std::string with_suffix(std::string name, const Reference& reference)
{
    if (!reference.tag.empty())
        name += ":" + reference.tag;
    if (reference.digest)
        name += "@" + reference.digest->text();
    return name;
}

Failure refusal(std::string_view text, std::string_view reason)
{
    std::string shown;
    for (const char c : text.substr(0, 300))
        shown += static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f ? '?' : c;
    return Failure{ErrorCode::invalid_reference, "\"" + shown +
                                                     "\" is not an image reference: " + std::string{reason} +
                                                     " (write NAME[:TAG] or HOST[:PORT]/NAME[:TAG])"};
}

} // namespace

Result<Reference> parse_reference(std::string_view text)
{
    Reference reference;
    std::string_view name = text;
    if (const std::size_t at = name.find('@'); at != std::string_view::npos) {
        Result<Digest> digest = Digest::parse(name.substr(at + 1));
        if (!digest)
            return refusal(text, "what follows '@' is not sha256: and 64 lower-case hexadecimal digits");
        reference.digest = std::move(digest).value();
        name = name.substr(0, at);
    }
    // A colon after the last slash begins the tag; one before it is a port's.
    const std::size_t slash = name.rfind('/');
    const std::size_t colon = name.find(':', slash == std::string_view::npos ? 0 : slash);
    if (colon != std::string_view::npos) {
        reference.tag = name.substr(colon + 1);
        if (Reason reason = refuse_tag(reference.tag); reason != nullptr)
            return refusal(text, reason);
        name = name.substr(0, colon);
    } else if (!reference.digest) {
        reference.tag = default_tag;
    }
    if (is_id(name))
        return refusal(text, "64 hexadecimal digits are an image's id");

    std::string_view path = name;
    if (const std::size_t first = name.find('/');
        first != std::string_view::npos && is_domain(name.substr(0, first)))
    {
        reference.domain = name.substr(0, first);
        path = name.substr(first + 1);
        if (Reason reason = refuse_domain(reference.domain); reason != nullptr)
            return refusal(text, reason);
    }
    if (Reason reason = refuse_path(path); reason != nullptr)
        return refusal(text, reason);
    if (reference.domain.empty() || reference.domain == old_default_domain)
        reference.domain = default_domain;
    reference.path = path;
    if (reference.domain == default_domain && path.find('/') == std::string_view::npos)
        reference.path.insert(0, official);
    if (reference.domain.size() + 1 + reference.path.size() > name_limit)
        return refusal(text, "the name is longer than 255 characters");
    return reference;
}

std::string Reference::familiar() const
{
    if (domain != default_domain)
        return canonical();
    // "library/a/b" is not official: without its first part it would be another image.
    const bool is_official =
        path.starts_with(official) && path.find('/', official.size()) == std::string::npos;
    const std::string brief = is_official ? path.substr(official.size()) : path;
    const std::size_t slash = brief.find('/');
    const bool is_misread = slash == std::string::npos ? is_id(brief) : is_domain(brief.substr(0, slash));
    return is_misread ? canonical() : with_suffix(brief, *this);
}

std::string Reference::canonical() const
{
    return with_suffix(domain + "/" + path, *this);
}

} // namespace slipway::oci
