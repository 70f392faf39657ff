// SPDX-License-Identifier: LGPL-2.1-or-later
// Local answers: the network's zones, names without a zone, and the special names of RFC 6761.
#include "dns-server/local_answer.hpp"

#include "dns-server/name.hpp"
#include "dns-server/resource_record.hpp"
#include "dns-server/response.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace slipway::dns_server {

namespace {

using namespace std::string_view_literals;

constexpr unsigned variant_limit = 8;

class Answerer {
  public:
    Answerer(const View& view, const Query& query, std::size_t limit, unsigned turn)
        : view_{&view}, query_{&query}, limit_{limit}, turn_{turn}, response_{query, LDNS_RCODE_NOERROR}
    {
    }

    LocalAnswer of_zone(std::string_view zone);
    LocalAnswer of_bare_name(const Node& node);
    LocalAnswer of_localhost();
    LocalAnswer of_nothing();

  private:
    LocalAnswer finish() { return {response_.bytes(limit_), variants_}; }
    bool add_answers(const Node* node);
    bool add_apex(std::string_view zone);
    void add_targets();

    const View* view_;
    const Query* query_;
    std::size_t limit_;
    unsigned turn_;
    Response response_;
    unsigned variants_ = 1;
    std::vector<const ldns_rr*> answers_;
};

// Those of the type that is asked for, each turn beginning with another one.
bool Answerer::add_answers(const Node* node)
{
    if (node == nullptr || node->entries.empty())
        return false;
    if (query_->type == LDNS_RR_TYPE_ANY) {
        response_.add(LDNS_SECTION_ANSWER, *make_hinfo(query_->asked));
        return true;
    }
    for (const Entry& entry : node->entries)
        if (ldns_rr_get_type(entry.record.get()) == query_->type)
            answers_.push_back(entry.record.get());
    if (answers_.empty())
        return false;
    variants_ = std::min(static_cast<unsigned>(answers_.size()), variant_limit);
    const auto first = answers_.size() * (turn_ % variants_) / variants_;
    std::rotate(answers_.begin(), answers_.begin() + static_cast<std::ptrdiff_t>(first), answers_.end());
    for (const ldns_rr* const record : answers_)
        response_.add(LDNS_SECTION_ANSWER, *record, query_->asked);
    return true;
}

bool Answerer::add_apex(std::string_view zone)
{
    if (query_->name != zone)
        return false;
    if (query_->type == LDNS_RR_TYPE_SOA)
        response_.add(LDNS_SECTION_ANSWER, *make_soa(zone), query_->asked);
    else if (query_->type == LDNS_RR_TYPE_NS)
        response_.add(LDNS_SECTION_ANSWER, *make_ns(zone), query_->asked);
    else if (query_->type == LDNS_RR_TYPE_ANY)
        response_.add(LDNS_SECTION_ANSWER, *make_hinfo(query_->asked));
    else
        return false;
    return true;
}

// The addresses of the servers that SRV records name (RFC 2782).
void Answerer::add_targets()
{
    std::set<std::string> seen;
    for (const ldns_rr* const record : answers_) {
        if (ldns_rr_get_type(record) != LDNS_RR_TYPE_SRV)
            return;
        std::string target = lower_case(bytes_of(*ldns_rr_rdf(record, 3)));
        const Node* const node = view_->table().find(target);
        if (node == nullptr || !seen.insert(std::move(target)).second)
            continue;
        for (const Entry& entry : node->entries) {
            const ldns_rr_type type = ldns_rr_get_type(entry.record.get());
            if (type == LDNS_RR_TYPE_A || type == LDNS_RR_TYPE_AAAA)
                response_.add(LDNS_SECTION_ADDITIONAL, *entry.record);
        }
    }
}

LocalAnswer Answerer::of_zone(std::string_view zone)
{
    response_.set_authoritative();
    const Node* const node = view_->table().find(query_->name);
    if (add_apex(zone) || add_answers(node)) {
        add_targets();
        return finish();
    }
    if (node == nullptr && query_->name != zone)
        response_.set_code(LDNS_RCODE_NXDOMAIN);
    response_.add(LDNS_SECTION_AUTHORITY, *make_soa(zone));
    return finish();
}

LocalAnswer Answerer::of_bare_name(const Node& node)
{
    add_answers(&node);
    return finish();
}

LocalAnswer Answerer::of_localhost()
{
    const bool is_v4 = query_->type == LDNS_RR_TYPE_A;
    if (is_v4 || query_->type == LDNS_RR_TYPE_AAAA)
        response_.add(LDNS_SECTION_ANSWER,
                      *make_address(query_->asked, IpAddress::parse(is_v4 ? "127.0.0.1" : "::1").value()));
    return finish();
}

LocalAnswer Answerer::of_nothing()
{
    response_.set_code(LDNS_RCODE_NXDOMAIN);
    return finish();
}

// Names that no name server has: RFC 6761, RFC 6762 (mDNS), RFC 7686.
bool is_nobodys(std::string_view name)
{
    constexpr std::array zones{"\7invalid\0"sv, "\5local\0"sv, "\5onion\0"sv};
    return std::any_of(zones.begin(), zones.end(), [&](auto zone) { return is_within(name, zone); });
}

bool is_bare(std::string_view name)
{
    return !is_root(name) && is_root(parent_of(name));
}

// A question about a top-level domain, which resolvers have; not one for a machine.
bool is_about_a_domain(ldns_rr_type type)
{
    return type == LDNS_RR_TYPE_NS || type == LDNS_RR_TYPE_SOA || type == LDNS_RR_TYPE_DS ||
           type == LDNS_RR_TYPE_DNSKEY;
}

// How much a view has to say of NAME.
enum class Knowledge { none, zone, below, records };

Knowledge knowledge_of(const View& view, std::string_view name)
{
    if (!view.find_zone(name))
        return Knowledge::none;
    const Node* const node = view.table().find(name);
    if (node == nullptr)
        return Knowledge::zone;
    return node->entries.empty() ? Knowledge::below : Knowledge::records;
}

// The first of those who know most; nothing where it is nobody's.
const View* choose(Views views, std::string_view name)
{
    if (views.size() == 1)
        return views.front()->find_zone(name) ? views.front() : nullptr;
    const View* chosen = nullptr;
    Knowledge most = Knowledge::none;
    for (const View* const view : views)
        if (const Knowledge knowledge = knowledge_of(*view, name); knowledge > most) {
            chosen = view;
            most = knowledge;
        }
    return chosen;
}

} // namespace

std::optional<LocalAnswer> find_local_answer(Views views, const Query& query, std::size_t limit,
                                             unsigned turn)
{
    if (query.verdict != LDNS_RCODE_NOERROR)
        return LocalAnswer{refusal(query, query.verdict)};
    if (const View* const view = choose(views, query.name))
        return Answerer{*view, query, limit, turn}.of_zone(*view->find_zone(query.name));
    Answerer answerer{*views.front(), query, limit, turn};
    if (is_within(query.name, "\11localhost\0"sv))
        return answerer.of_localhost();
    if (is_nobodys(query.name))
        return answerer.of_nothing();
    if (!is_bare(query.name))
        return std::nullopt;
    const std::string whole = query.name.substr(0, query.name.size() - 1) + views.front()->zone();
    if (const View* const view = choose(views, whole))
        if (const Node* const node = view->table().find(whole))
            return Answerer{*view, query, limit, turn}.of_bare_name(*node);
    if (is_about_a_domain(query.type))
        return std::nullopt;
    return answerer.of_nothing();
}

} // namespace slipway::dns_server
