// SPDX-License-Identifier: LGPL-2.1-or-later
// Responder: the quick way first, which parses nothing.
#include "dns-server/responder.hpp"

#include "dns-server/complain.hpp"
#include "dns-server/local_answer.hpp"
#include "dns-server/response.hpp"

#include <algorithm>

namespace slipway::dns_server {

namespace {

constexpr std::size_t pending_limit = 1000;
constexpr unsigned client_limit = 200; // of these, for one address
constexpr std::size_t stream_limit = 65'535;

bool is_loopback(const IpAddress& address)
{
    static const IpPrefix v4 = IpPrefix::parse("127.0.0.0/8").value();
    static const IpPrefix v6 = IpPrefix::parse("::1/128").value();
    return v4.contains(address) || v6.contains(address);
}

std::size_t limit_of(const Query& query, const Client& client)
{
    return client.transport == Transport::stream ? stream_limit : query.limit();
}

} // namespace

Responder::Responder(View& view, Forwarder& forwarder)
    : view_{&view}, forwarder_{&forwarder},
      neighbours_{view.directory()}, scope_{[](const std::exception_ptr& failure) { complain(failure); }}
{
}

void Responder::refresh()
{
    view_->refresh();
    if (known_generation_ == view_->generation())
        return;
    known_generation_ = view_->generation();
    if (!neighbours_.empty())
        neighbours_.forget_others(view_->outlooks().networks());
}

Origin Responder::origin_of(const IpAddress& source, const IpAddress& destination) const
{
    if (!view_->has_network())
        return Origin::stranger;
    if (source == destination)
        return Origin::host;
    if (view_->has_member(source))
        return Origin::member;
    return is_loopback(source) ? Origin::host : Origin::stranger;
}

Outcome Responder::respond(std::string_view packet, const Client& client, std::string& answer,
                           std::optional<Query>& foreign)
{
    if (client.origin == Origin::stranger || packet.size() < header_size)
        return Outcome::dropped;
    if (const auto* const networks = view_->outlooks().find(client.address))
        return respond_widely(packet, client, *networks, answer, foreign);
    if (client.transport == Transport::stream)
        return respond_locally(packet, client, turn_++, answer, foreign);
    const std::string_view question = packet.substr(2);
    Memo::Place* const place = memo_.find(question, view_->generation());
    if (place == nullptr)
        return respond_locally(packet, client, turn_++, answer, foreign);
    ++place->turn;
    if (place->variant().empty())
        return respond_locally(packet, client, place->turn, answer, foreign);
    answer = place->variant();
    packet.copy(answer.data(), 2); // the ID
    return Outcome::answered;
}

Outcome Responder::respond_locally(std::string_view packet, const Client& client, unsigned turn,
                                   std::string& answer, std::optional<Query>& foreign)
{
    const View* const own = view_;
    return respond_by({{&own, 1}, true}, packet, client, turn, answer, foreign);
}

// What is kept is by the bytes of the question alone, and others may not have this answer.
Outcome Responder::respond_widely(std::string_view packet, const Client& client,
                                  const std::vector<std::string>& networks, std::string& answer,
                                  std::optional<Query>& foreign)
{
    std::vector<const View*> views{view_};
    for (const std::string& network : networks)
        if (const View& view = neighbours_.look(network); view.has_network())
            views.push_back(&view);
    return respond_by({views, false}, packet, client, turn_++, answer, foreign);
}

Outcome Responder::respond_by(const Sight& sight, std::string_view packet, const Client& client,
                              unsigned turn, std::string& answer, std::optional<Query>& foreign)
{
    std::optional<Query> query = parse_query(packet);
    if (!query)
        return Outcome::dropped;
    if (std::optional<LocalAnswer> local =
            find_local_answer(sight.views, *query, limit_of(*query, client), turn)) {
        if (client.transport == Transport::datagram && sight.is_everybodys)
            memo_.keep(packet.substr(2), view_->generation(), turn, *local);
        answer = std::move(local->bytes);
        return Outcome::answered;
    }
    // REFUSED lets a resolver in a container go on to its next name server.
    const bool forwards = std::any_of(sight.views.begin(), sight.views.end(),
                                      [](const View* view) { return view->forwards(); });
    if (client.origin == Origin::host || !forwards) {
        answer = refusal(*query, LDNS_RCODE_REFUSED);
        return Outcome::answered;
    }
    if (const ReplyRef reply = forwarder_->find(Enquiry{*query})) {
        answer = tell_on(*reply, *query, Clock::now(), limit_of(*query, client));
        return Outcome::answered;
    }
    foreign = std::move(query);
    return Outcome::forwarded;
}

void Responder::forward(Query query, const Client& client, Deliver deliver)
{
    const auto own = pending_by_client_.find(client.address);
    if (pending() >= pending_limit || (own != pending_by_client_.end() && own->second >= client_limit)) {
        deliver(refusal(query, LDNS_RCODE_SERVFAIL));
        return;
    }
    scope_.spawn(answer_later(std::move(query), client, std::move(deliver)));
}

async::Task<> Responder::answer_later(Query query, Client client, Deliver deliver)
{
    ++pending_by_client_[client.address];
    const ReplyRef reply = co_await forwarder_->ask(Enquiry{query});
    if (--pending_by_client_[client.address] == 0)
        pending_by_client_.erase(client.address);
    if (reply)
        deliver(tell_on(*reply, query, Clock::now(), limit_of(query, client)));
    else
        deliver(refusal(query, LDNS_RCODE_SERVFAIL));
}

} // namespace slipway::dns_server
