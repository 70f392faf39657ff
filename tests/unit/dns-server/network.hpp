// SPDX-License-Identifier: LGPL-2.1-or-later
// A network with names, for tests: its log, and a view of it.
#pragma once

#include "dns-server/local_answer.hpp"
#include "dns-server/view.hpp"
#include "names/log_writer.hpp"
#include "support/temporary_directory.hpp"

#include <string>
#include <vector>

namespace slipway::dns_server {

inline IpAddress address(const std::string& text)
{
    return IpAddress::parse(text).value();
}

struct Network {
    testing::TemporaryDirectory directory;
    std::filesystem::path path = directory / "blue";
    names::LogWriter log{
        path,
        {"slipway.internal",
         "blue",
         {IpPrefix::parse("10.208.0.0/20").value(), IpPrefix::parse("fd00:1::/64").value()}}};
    View view{path};
    const View* own = &view;

    Network()
    {
        log.set("web", {{"web.slipway.internal", address("10.208.0.2")},
                        {"web.slipway.internal", address("fd00:1::2")},
                        {"web.slipway.internal", names::Texts{{"version=1", "a b"}}},
                        {"_80._tcp.web.slipway.internal", names::Service{"web.slipway.internal", 80}},
                        {"2.0.208.10.in-addr.arpa", names::Pointer{"web.slipway.internal"}},
                        {"2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.0.d.f.ip6.arpa",
                         names::Pointer{"web.slipway.internal"}}});
        log.set("group", {{"all.slipway.internal", address("10.208.0.3")},
                          {"all.slipway.internal", address("10.208.0.4")},
                          {"all.slipway.internal", address("10.208.0.5")}});
        log.set(
            "browsing",
            {{"_services._dns-sd._udp.slipway.internal", names::Pointer{"_http._tcp.slipway.internal"}},
             {"_http._tcp.slipway.internal", names::Pointer{"My\\.web\\032one._http._tcp.slipway.internal"}},
             {"My\\.web\\032one._http._tcp.slipway.internal", names::Service{"web.slipway.internal", 80}},
             {"My\\.web\\032one._http._tcp.slipway.internal", names::Texts{{""}}}});
        view.refresh();
    }

    Views views() const { return {&own, 1}; }

    // So many addresses under one name.
    void add_many(const std::string& name, unsigned count)
    {
        std::vector<names::Record> records;
        for (unsigned number = 0; number < count; ++number)
            records.push_back(
                {name + ".slipway.internal",
                 address("10.208." + std::to_string(8 + number / 256) + "." + std::to_string(number % 256))});
        log.set(name, records);
        view.refresh();
    }
};

} // namespace slipway::dns_server
