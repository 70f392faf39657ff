// SPDX-License-Identifier: LGPL-2.1-or-later
// complain(): standard error, which systemd connects to the journal.
#include "dns-server/complain.hpp"

#include <cstdio>

namespace slipway::dns_server {

void complain(const std::string& complaint)
{
    std::fprintf(stderr, "slipway-dns: %s\n", complaint.c_str());
}

void complain(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& reason) {
        complain(std::string{reason.what()});
    }
}

} // namespace slipway::dns_server
