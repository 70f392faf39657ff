// SPDX-License-Identifier: LGPL-2.1-or-later
// ElementBatch: changes of sets, and how a set has prefixes.
#include "netlink/elements.hpp"

namespace slipway::netlink {

namespace {

Bytes bytes_of(const Key& key)
{
    return {key.bytes().begin(), key.bytes().end()};
}

Bytes first_of(const IpPrefix& prefix)
{
    const IpAddress first = prefix.network().address();
    return {first.bytes().begin(), first.bytes().end()};
}

// With a host's part of all ones.
Bytes last_of(const IpPrefix& prefix)
{
    Bytes bytes = first_of(prefix);
    for (std::size_t bit = prefix.length(); bit < bytes.size() * 8; ++bit)
        bytes[bit / 8] |= 0x80U >> (bit % 8);
    return bytes;
}

// The one behind; nothing where there is none.
std::optional<Bytes> successor_of(Bytes address)
{
    for (std::size_t position = address.size(); position-- > 0;)
        if (++address[position] != 0)
            return address;
    return std::nullopt;
}

std::vector<Element> elements_of(const IpPrefix& prefix)
{
    std::vector<Element> elements{{.key = first_of(prefix)}};
    if (auto end = successor_of(last_of(prefix)))
        elements.push_back({.key = std::move(*end), .is_interval_end = true});
    return elements;
}

std::vector<Element> elements_of(const IpPrefix& prefix, const Key& rest)
{
    Element element{.key = first_of(prefix), .last = last_of(prefix)};
    for (Bytes* key : {&element.key, &element.last}) {
        key->insert(key->end(), rest.bytes().begin(), rest.bytes().end());
        key->resize((key->size() + 3) / 4 * 4); // as Key fills its parts
    }
    return {element};
}

} // namespace

ElementBatch& ElementBatch::then(Change change)
{
    changes_.push_back(std::move(change));
    return *this;
}

ElementBatch& ElementBatch::add(const std::string& set, const Key& key)
{
    return then({Deed::add, set, {{.key = bytes_of(key)}}});
}

ElementBatch& ElementBatch::add(const std::string& map, const Key& key, const Key& data)
{
    return then({Deed::add, map, {{.key = bytes_of(key), .data = bytes_of(data)}}});
}

ElementBatch& ElementBatch::remove(const std::string& set, const Key& key, WhenAbsent when_absent)
{
    return then({Deed::remove, set, {{.key = bytes_of(key)}}, when_absent});
}

ElementBatch& ElementBatch::add_prefix(const std::string& set, const IpPrefix& prefix)
{
    return then({Deed::add, set, elements_of(prefix)});
}

ElementBatch& ElementBatch::remove_prefix(const std::string& set, const IpPrefix& prefix,
                                          WhenAbsent when_absent)
{
    return then({Deed::remove, set, elements_of(prefix), when_absent});
}

ElementBatch& ElementBatch::add_prefix(const std::string& set, const IpPrefix& prefix, const Key& rest)
{
    return then({Deed::add, set, elements_of(prefix, rest)});
}

ElementBatch& ElementBatch::remove_prefix(const std::string& set, const IpPrefix& prefix, const Key& rest,
                                          WhenAbsent when_absent)
{
    return then({Deed::remove, set, elements_of(prefix, rest), when_absent});
}

ElementBatch& ElementBatch::append(const ElementBatch& other)
{
    changes_.insert(changes_.end(), other.changes_.begin(), other.changes_.end());
    return *this;
}

ElementBatch& ElementBatch::clear(const std::string& set)
{
    return then({Deed::clear, set, {}});
}

} // namespace slipway::netlink
