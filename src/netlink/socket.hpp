// SPDX-License-Identifier: LGPL-2.1-or-later
// Socket: a conversation with the kernel's network in one network namespace. All calls are answered at once.
#pragma once

#include "base/fd.hpp"
#include "netlink/message.hpp"
#include "netlink/refusal.hpp"

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

struct mnl_socket;

namespace slipway::netlink {

enum class Protocol { route = NETLINK_ROUTE, netfilter = NETLINK_NETFILTER, sock_diag = NETLINK_SOCK_DIAG };

using Visit = std::function<void(const nlmsghdr&)>;

// For one thread at a time. It stays in the network namespace that it was opened in, wherever it is used.
class Socket {
  public:
    // In the calling thread's network namespace. Throws Failure.
    explicit Socket(Protocol protocol = Protocol::route);
    // In another, which the calling thread visits for a moment. Throws Failure.
    static Socket in(const Fd& network_namespace, Protocol protocol = Protocol::route);

    // Sends and waits for the answer. Throws failure_of() what the kernel says no to.
    void request(Message message, std::string_view deed);
    // The same, with the refusal as an answer; only of a broken conversation throws Failure.
    std::optional<Refusal> try_request(Message message);
    // A transaction of nftables, with its begin and end, in one call: all or nothing. No refusal: all was
    // done. Of a great many refusals some are left out.
    std::vector<Refusal> try_transaction(std::vector<Message> messages);

    // One answer. False where there is no such thing (ENODEV, ENOENT); else throws Failure.
    bool ask(Message message, std::string_view deed, const Visit& visit);
    // All of a kind, as they were at one instant. False where there is no such kind (ENOENT); else throws
    // Failure.
    bool dump(Message message, std::string_view deed, const Visit& visit);
    // The same, with the refusal as an answer; only of a broken conversation throws Failure.
    std::optional<Refusal> try_dump(Message message, const Visit& visit);

    // Hears of what others do from now on: RTNLGRP_…, NFNLGRP_…. Then it is not for asking. Throws Failure.
    void join(std::initializer_list<int> groups);
    int fd() const noexcept;

  private:
    struct Close {
        void operator()(mnl_socket* socket) const noexcept;
    };

    void send(std::span<Message> messages);
    // HEAR says false after the last answer.
    void converse(Message message, const std::function<bool(const nlmsghdr&)>& hear);

    std::unique_ptr<mnl_socket, Close> socket_;
    unsigned sequence_ = 0;
};

// Those that one packet from the kernel holds.
void for_each_message(std::span<const char> packet, const Visit& visit);

} // namespace slipway::netlink
