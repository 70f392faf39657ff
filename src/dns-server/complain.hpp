// SPDX-License-Identifier: LGPL-2.1-or-later
// complain(): one line in the journal of what went wrong where nobody else is to be told.
#pragma once

#include <exception>
#include <string>

namespace slipway::dns_server {

void complain(const std::string& complaint);
void complain(const std::exception_ptr& failure);

} // namespace slipway::dns_server
