// SPDX-License-Identifier: LGPL-2.1-or-later
// Whatever rules there are, an image's places have names of hosts and repositories.
#include "oci/registries_conf.hpp"

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    const auto conf = oci::parse_registries_conf(fuzz::text_of(data, size), "registries.conf");
    if (!conf)
        return 0;
    for (const char* name : {"debian", "h.example:5000/team/app:1", "localhost/a"}) {
        const auto candidates = oci::candidates_of(conf.value(), name);
        if (!candidates)
            continue;
        for (const oci::Reference& reference : candidates.value().references)
            if (const auto endpoints = oci::endpoints_of(conf.value(), reference))
                for (const oci::Endpoint& endpoint : endpoints.value())
                    fuzz::require(oci::parse_reference("h.invalid/" + endpoint.repository) &&
                                  endpoint.host.find('/') == std::string::npos && !endpoint.host.empty());
    }
    oci::RegistriesConf twice = conf.value();
    oci::merge(twice, conf.value());
    return 0;
}
