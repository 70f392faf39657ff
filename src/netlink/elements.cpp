// SPDX-License-Identifier: LGPL-2.1-or-later
// Elements: a message for each change between the begin and the end of a batch.
#include "netlink/elements.hpp"

#include "netlink/nftables_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <libmnl/libmnl.h>
#include <set>

namespace slipway::netlink {

namespace {

using Change = ElementBatch::Change;
using Deed = ElementBatch::Deed;

Bytes bytes_of(std::span<const std::uint8_t> bytes)
{
    return {bytes.begin(), bytes.end()};
}

Bytes bytes_of(const Key& key)
{
    return bytes_of(key.bytes());
}

// With a host's part of all ones.
Bytes last_of(const IpPrefix& prefix)
{
    Bytes bytes = bytes_of(prefix.network().address().bytes());
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
    std::vector<Element> elements{{.key = bytes_of(prefix.network().address().bytes())}};
    if (auto end = successor_of(last_of(prefix)))
        elements.push_back({.key = std::move(*end), .is_interval_end = true});
    return elements;
}

std::vector<Element> elements_of(const IpPrefix& prefix, const Key& rest)
{
    Element element{.key = bytes_of(prefix.network().address().bytes()), .last = last_of(prefix)};
    const std::span<const std::uint8_t> bytes = rest.bytes();
    element.key.insert(element.key.end(), bytes.begin(), bytes.end());
    element.last.insert(element.last.end(), bytes.begin(), bytes.end());
    return {element};
}

void put_value(Message& message, std::uint16_t attribute, const Bytes& value)
{
    message.nest(attribute, [&] { message.put(NFTA_DATA_VALUE, value); });
}

Message message_for(const Table& table, const Change& change)
{
    const bool is_addition = change.deed == Deed::add;
    Message message = nftables_message(is_addition ? NFT_MSG_NEWSETELEM : NFT_MSG_DELSETELEM,
                                       is_addition ? NLM_F_CREATE : 0, table.family);
    message.put_text(NFTA_SET_ELEM_LIST_TABLE, table.name);
    message.put_text(NFTA_SET_ELEM_LIST_SET, change.set);
    if (change.deed == Deed::clear) // without elements: all
        return message;
    message.nest(NFTA_SET_ELEM_LIST_ELEMENTS, [&] {
        for (const Element& element : change.elements)
            message.nest(NFTA_LIST_ELEM, [&] {
                put_value(message, NFTA_SET_ELEM_KEY, element.key);
                if (!element.last.empty())
                    put_value(message, NFTA_SET_ELEM_KEY_END, element.last);
                if (!element.data.empty())
                    put_value(message, NFTA_SET_ELEM_DATA, element.data);
                if (element.is_interval_end)
                    message.put_big_u32(NFTA_SET_ELEM_FLAGS, NFT_SET_ELEM_INTERVAL_END);
            });
    });
    return message;
}

Failure failure_of(const Refusal& refusal, const Change& change)
{
    const Failure failure =
        failure_of(refusal, fmt::format("change the set {} of nftables' table", change.set));
    switch (refusal.error) {
    case EBUSY:
    case ENOTEMPTY:
        return Failure{ErrorCode::name_taken, failure.message()};
    case ENOENT:
        return Failure{ErrorCode::unavailable, failure.message()};
    default:
        return failure;
    }
}

// The batch's begin is the first message.
std::vector<Message> messages_for(const Table& table, const std::vector<const Change*>& changes)
{
    std::vector<Message> messages;
    messages.reserve(changes.size() + 2);
    messages.push_back(batch_message(NFNL_MSG_BATCH_BEGIN));
    for (const Change* change : changes)
        messages.push_back(message_for(table, *change));
    messages.push_back(batch_message(NFNL_MSG_BATCH_END));
    return messages;
}

// Those that are left to be done, without what had nothing to remove. Throws what else was refused.
std::vector<const Change*> without_absent(const std::vector<const Change*>& changes,
                                          const std::vector<Refusal>& refusals)
{
    std::set<std::size_t> absent;
    for (const Refusal& refusal : refusals) {
        if (refusal.message == 0 || refusal.message > changes.size())
            throw failure_of(refusal, "change nftables' sets");
        const Change& change = *changes[refusal.message - 1];
        if (refusal.error != ENOENT || change.deed != Deed::remove || change.when_absent != WhenAbsent::skips)
            throw failure_of(refusal, change);
        absent.insert(refusal.message - 1);
    }
    std::vector<const Change*> left;
    for (std::size_t index = 0; index < changes.size(); ++index)
        if (!absent.contains(index))
            left.push_back(changes[index]);
    return left;
}

Element element_of(const nlattr& attribute)
{
    const Attributes attributes{&attribute};
    return {bytes_of(attributes.nested(NFTA_SET_ELEM_KEY).bytes(NFTA_DATA_VALUE)),
            bytes_of(attributes.nested(NFTA_SET_ELEM_DATA).bytes(NFTA_DATA_VALUE)),
            bytes_of(attributes.nested(NFTA_SET_ELEM_KEY_END).bytes(NFTA_DATA_VALUE)),
            (attributes.big_u32(NFTA_SET_ELEM_FLAGS) & NFT_SET_ELEM_INTERVAL_END) != 0};
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

ElementBatch& ElementBatch::clear(const std::string& set)
{
    return then({Deed::clear, set, {}});
}

std::size_t commit(Socket& socket, const Table& table, const ElementBatch& batch)
{
    std::vector<const Change*> changes;
    for (const Change& change : batch.changes())
        changes.push_back(&change);
    while (!changes.empty()) {
        const std::vector<Refusal> refusals = socket.try_transaction(messages_for(table, changes));
        if (refusals.empty())
            break;
        changes = without_absent(changes, refusals);
    }
    return batch.changes().size() - changes.size();
}

std::optional<std::vector<Element>> find_elements(Socket& socket, const Table& table, const std::string& set)
{
    Message message = nftables_message(NFT_MSG_GETSETELEM, 0, table.family);
    message.put_text(NFTA_SET_ELEM_LIST_TABLE, table.name);
    message.put_text(NFTA_SET_ELEM_LIST_SET, set);
    std::vector<Element> elements;
    const bool is_there = socket.dump(std::move(message), "list the set " + set, [&](const nlmsghdr& answer) {
        const Attributes attributes{answer, sizeof(nfgenmsg)};
        for_each(attributes.find(NFTA_SET_ELEM_LIST_ELEMENTS),
                 [&elements](const nlattr& each) { elements.push_back(element_of(each)); });
    });
    return is_there ? std::optional{std::move(elements)} : std::nullopt;
}

} // namespace slipway::netlink
