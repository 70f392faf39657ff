// SPDX-License-Identifier: LGPL-2.1-or-later
// Questions: dropped, forwarded or answered by a packet that can be read, belongs to the question and is no
// larger than allowed.
#include "dns-server/local_answer.hpp"
#include "dns-server/response.hpp"
#include "target.hpp"

#include <cstdio>
#include <ldns/wire2host.h>
#include <string>
#include <unistd.h>

namespace {

using namespace slipway;

// A view of a network that stays the same.
const dns_server::View& view()
{
    static const dns_server::View* const made = [] {
        const std::string path = "/tmp/slipway-fuzz-names." + std::to_string(::getpid());
        std::FILE* const file = std::fopen(path.c_str(), "we");
        fuzz::require(file != nullptr);
        std::fputs(
            R"({"zone": "slipway.internal", "network": "n", "subnets": ["10.208.0.0/20", "fd00:1::/64"]}
{"set": "a", "records": [{"name": "a.slipway.internal", "type": "A", "data": "10.208.0.2"}, {"name": "a.slipway.internal", "type": "A", "data": "10.208.0.3"}, {"name": "_1._tcp.a.slipway.internal", "type": "SRV", "port": 1, "target": "a.slipway.internal"}, {"name": "2.0.208.10.in-addr.arpa", "type": "PTR", "data": "a.slipway.internal"}]}
)",
            file);
        std::string many =
            R"({"set": "b", "records": [{"name": "b.slipway.internal", "type": "TXT", "texts": [")" +
            std::string(200, 'x') + R"("]})";
        for (unsigned number = 0; number < 100; ++number)
            many += R"(, {"name": "b.slipway.internal", "type": "A", "data": "10.208.1.)" +
                    std::to_string(number) + "\"}";
        std::fputs((many + "]}\n").c_str(), file);
        std::fclose(file);
        auto* const view = new dns_server::View{path}; // NOLINT: as long as the process
        view->refresh();
        ::unlink(path.c_str());
        fuzz::require(view->has_network());
        return view;
    }();
    return *made;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto query = dns_server::parse_query(fuzz::text_of(data, size));
    if (!query)
        return 0;
    for (unsigned turn = 0; turn < 2; ++turn) {
        const dns_server::View* const own = &view();
        const auto answer = dns_server::find_local_answer({&own, 1}, *query, query->limit(), turn);
        if (!answer) {
            fuzz::require(query->verdict == LDNS_RCODE_NOERROR && !query->name.empty());
            continue;
        }
        fuzz::require(answer->bytes.size() <= query->limit() && answer->variants > 0);
        ldns_pkt* read = nullptr;
        fuzz::require(ldns_wire2pkt(&read, dns_server::wire_of(answer->bytes), answer->bytes.size()) ==
                      LDNS_STATUS_OK);
        const dns_server::PacketHandle packet{read};
        fuzz::require(ldns_pkt_qr(read) && ldns_pkt_id(read) == query->id);
    }
    return 0;
}
