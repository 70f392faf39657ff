// SPDX-License-Identifier: LGPL-2.1-or-later
// Socket: a conversation with the kernel's network in one network namespace. All calls are answered at once.
#pragma once

#include "base/failure.hpp"
#include "base/fd.hpp"
#include "netlink/message.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

struct mnl_socket;

namespace slipway::netlink {

enum class Protocol { route = NETLINK_ROUTE, netfilter = NETLINK_NETFILTER };

// What the kernel said no to.
struct Refusal {
    std::size_t message = 0; // which of those that were sent, from 0
    int error = 0;           // errno
    std::string text;        // the kernel's own reason (NETLINK_EXT_ACK); often empty
};

// EEXIST becomes name_taken, ENODEV no_such_device, EOPNOTSUPP not_supported, all else what errno_failure()
// says. The text: "DEED: the kernel's reason (No such device)".
Failure failure_of(const Refusal& refusal, std::string_view deed);

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
    // All of them in one call, in this order; one's refusal does not keep the next from being done, unless
    // they are a transaction of nftables. The refusals, in order.
    std::vector<Refusal> try_requests(std::vector<Message> messages);

    // VISIT sees each of the answers to a request that asks for all (NLM_F_DUMP is set here). Where the
    // kernel's list changed meanwhile it is asked again: RESTART says that what was seen so far is void.
    void dump(Message message, std::string_view deed, const std::function<void(const nlmsghdr&)>& visit,
              const std::function<void()>& restart);
    // One answer. False where there is no such thing (ENODEV, ENOENT); else throws Failure.
    bool ask(Message message, std::string_view deed, const std::function<void(const nlmsghdr&)>& visit);

    int fd() const noexcept;

  private:
    struct Close {
        void operator()(mnl_socket* socket) const noexcept;
    };

    std::unique_ptr<mnl_socket, Close> socket_;
    unsigned sequence_ = 0;
};

} // namespace slipway::netlink
