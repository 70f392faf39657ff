// SPDX-License-Identifier: LGPL-2.1-or-later
// ldns's packets, records and fields of data, owned.
#pragma once

#define HAVE_STDBOOL_H // NOLINT: or ldns makes macros of bool, true and false

#include <cstdint>
#include <ldns/packet.h>
#include <ldns/rbtree.h> // host2wire.h wants it
#include <ldns/rr.h>
#include <memory>
#include <string_view>

namespace slipway::dns_server {

template <auto release>
struct ReleaseBy {
    template <typename T>
    void operator()(T* object) const noexcept
    {
        release(object);
    }
};

using PacketHandle = std::unique_ptr<ldns_pkt, ReleaseBy<&ldns_pkt_free>>;
using RecordHandle = std::unique_ptr<ldns_rr, ReleaseBy<&ldns_rr_free>>;
using DataHandle = std::unique_ptr<ldns_rdf, ReleaseBy<&ldns_rdf_deep_free>>;

inline const std::uint8_t* wire_of(std::string_view bytes)
{
    return reinterpret_cast<const std::uint8_t*>(bytes.data()); // NOLINT: bytes are bytes
}

// The bytes of a name or another field, as long as it lives.
inline std::string_view bytes_of(const ldns_rdf& data)
{
    return {reinterpret_cast<const char*>(ldns_rdf_data(&data)), ldns_rdf_size(&data)}; // NOLINT: the same
}

} // namespace slipway::dns_server
