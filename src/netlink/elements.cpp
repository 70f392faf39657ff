// SPDX-License-Identifier: LGPL-2.1-or-later
// Elements: a transaction is a message for each change, between the begin and the end of a batch.
#include "netlink/elements.hpp"

#include "netlink/nftables_message.hpp"

#include <fmt/format.h>

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
    Failure failure = failure_of(refusal, fmt::format("change the set {} of nftables' table", change.set));
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
