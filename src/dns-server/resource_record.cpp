// SPDX-License-Identifier: LGPL-2.1-or-later
// Records: put together field by field.
#include "dns-server/resource_record.hpp"

#include "dns-server/name.hpp"

#include <ldns/host2wire.h>
#include <new>
#include <utility>

namespace slipway::dns_server {

namespace {

// One record in the making.
class Maker {
  public:
    Maker(std::string_view owner, ldns_rr_type type) : record_{ldns_rr_new()}
    {
        if (!record_)
            throw std::bad_alloc{};
        ldns_rr_set_type(record_.get(), type);
        ldns_rr_set_class(record_.get(), LDNS_RR_CLASS_IN);
        ldns_rr_set_ttl(record_.get(), 0);
        ldns_rr_set_owner(record_.get(), field(LDNS_RDF_TYPE_DNAME, owner));
    }

    Maker& name(std::string_view name) { return push(field(LDNS_RDF_TYPE_DNAME, name)); }
    Maker& number(std::uint16_t value) { return push(ldns_native2rdf_int16(LDNS_RDF_TYPE_INT16, value)); }
    Maker& number32(std::uint32_t value) { return push(ldns_native2rdf_int32(LDNS_RDF_TYPE_INT32, value)); }
    Maker& seconds(std::uint32_t value) { return push(ldns_native2rdf_int32(LDNS_RDF_TYPE_PERIOD, value)); }
    Maker& text(std::string_view text)
    {
        return push(field(LDNS_RDF_TYPE_STR, static_cast<char>(text.size()) + std::string{text}));
    }
    Maker& address(const IpAddress& address)
    {
        const auto bytes = address.bytes();
        const std::string data{bytes.begin(), bytes.end()};
        return push(field(address.is_v4() ? LDNS_RDF_TYPE_A : LDNS_RDF_TYPE_AAAA, data));
    }
    RecordHandle take() { return std::move(record_); }

  private:
    static ldns_rdf* field(ldns_rdf_type type, std::string_view data)
    {
        return ldns_rdf_new_frm_data(type, data.size(), data.data());
    }
    Maker& push(ldns_rdf* data)
    {
        if (data == nullptr || !ldns_rr_push_rdf(record_.get(), data))
            throw std::bad_alloc{};
        return *this;
    }

    RecordHandle record_;
};

std::string name_of(const std::string& text)
{
    std::optional<std::string> name = parse_name(text);
    if (!name)
        throw Failure{ErrorCode::invalid_argument, "'" + text + "' is no name"};
    return *std::move(name);
}

} // namespace

RecordHandle make_address(std::string_view owner, const IpAddress& address)
{
    return Maker{owner, address.is_v4() ? LDNS_RR_TYPE_A : LDNS_RR_TYPE_AAAA}.address(address).take();
}

RecordHandle make_record(const names::Record& record)
{
    // What is pointed to may be a title for people (DNS-SD), and keeps its capitals.
    const std::string owner = lower_case(name_of(record.name));
    if (const auto* const address = std::get_if<IpAddress>(&record.data))
        return make_address(owner, *address);
    if (const auto* const pointer = std::get_if<names::Pointer>(&record.data))
        return Maker{owner, LDNS_RR_TYPE_PTR}.name(name_of(pointer->target)).take();
    if (const auto* const service = std::get_if<names::Service>(&record.data))
        return Maker{owner, LDNS_RR_TYPE_SRV}
            .number(service->priority)
            .number(service->weight)
            .number(service->port)
            .name(name_of(service->target))
            .take();
    Maker maker{owner, LDNS_RR_TYPE_TXT};
    for (const std::string& text : std::get<names::Texts>(record.data).texts)
        maker.text(text);
    return maker.take();
}

RecordHandle make_soa(std::string_view zone)
{
    using namespace std::string_view_literals;
    return Maker{zone, LDNS_RR_TYPE_SOA}
        .name(zone)
        .name("\6nobody\7invalid\0"sv)
        .number32(1)      // serial
        .seconds(3600)    // refresh
        .seconds(1200)    // retry
        .seconds(604'800) // expire
        .seconds(0)       // minimum
        .take();
}

RecordHandle make_ns(std::string_view zone)
{
    return Maker{zone, LDNS_RR_TYPE_NS}.name(zone).take();
}

RecordHandle make_hinfo(std::string_view owner)
{
    return Maker{owner, LDNS_RR_TYPE_HINFO}.text("RFC8482").text("").take();
}

} // namespace slipway::dns_server
