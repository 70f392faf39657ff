// SPDX-License-Identifier: LGPL-2.1-or-later
// Responder: from a packet to its answer: whether the sender has a right to one, whether it is known, ours,
// or the host's resolver's.
#pragma once

#include "async/task.hpp"
#include "async/task_scope.hpp"
#include "dns-server/forwarder.hpp"
#include "dns-server/memo.hpp"
#include "dns-server/neighbours.hpp"
#include "dns-server/view.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::dns_server {

enum class Transport { datagram, stream };

enum class Origin {
    stranger, // is not answered at all
    member,   // of the network
    host,     // has a resolver of its own: hears of our names only, so no question goes round in circles
};

struct Client {
    Origin origin = Origin::stranger;
    Transport transport = Transport::datagram;
    IpAddress address;
};

enum class Outcome { dropped, answered, forwarded };

class Responder {
  public:
    // Gets the answer to a question that was forwarded, once.
    using Deliver = std::function<void(std::string_view answer)>;

    Responder(View& view, Forwarder& forwarder);
    Responder(const Responder&) = delete;
    Responder& operator=(const Responder&) = delete;
    Responder(Responder&&) = delete;
    Responder& operator=(Responder&&) = delete;
    ~Responder() = default;

    // Before the first of what has come together: what was written till then counts.
    void refresh();

    // Who sends from SOURCE to our address DESTINATION.
    Origin origin_of(const IpAddress& source, const IpAddress& destination) const;

    // ANSWER is filled with the answer to PACKET; or FOREIGN is, which is then to be forwarded.
    Outcome respond(std::string_view packet, const Client& client, std::string& answer,
                    std::optional<Query>& foreign);
    void forward(Query query, const Client& client, Deliver deliver);

    // Questions that are waited for.
    std::size_t pending() const noexcept { return scope_.size(); }

  private:
    // What to answer from, and whether the next question in the same bytes may get the same from Memo.
    struct Sight {
        Views views;
        bool is_everybodys;
    };

    Outcome respond_locally(std::string_view packet, const Client& client, unsigned turn, std::string& answer,
                            std::optional<Query>& foreign);
    Outcome respond_widely(std::string_view packet, const Client& client,
                           const std::vector<std::string>& networks, std::string& answer,
                           std::optional<Query>& foreign);
    Outcome respond_by(const Sight& sight, std::string_view packet, const Client& client, unsigned turn,
                       std::string& answer, std::optional<Query>& foreign);
    async::Task<> answer_later(Query query, Client client, Deliver deliver);

    View* view_;
    Forwarder* forwarder_;
    Neighbours neighbours_;
    std::uint64_t known_generation_ = 0; // of the view, when neighbours_ were gone through
    Memo memo_;
    unsigned turn_ = 0;
    std::map<IpAddress, unsigned> pending_by_client_;
    async::TaskScope scope_;
};

} // namespace slipway::dns_server
