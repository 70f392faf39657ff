// SPDX-License-Identifier: LGPL-2.1-or-later
// Labels: the parts of a domain name, and their escaped text (RFC 1035, 5.1).
#pragma once

#include "base/ip_address.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::engine {

// Bytes as they travel, the uppermost last.
using Labels = std::vector<std::string>;

// With or without the last dot. Throws Failure{invalid_argument}.
Labels parse_labels(std::string_view text);
bool is_absolute(std::string_view text);
// Throws Failure{invalid_argument} for what is longer than a name may be; TEXT is what it is called then.
void check_length(const Labels& labels, std::string_view text);
// Without a last dot.
std::string text_of(const Labels& labels);

Labels lower_case(Labels labels);
// Whether NAME is DOMAIN or below it; both in lower case.
bool is_below(const Labels& name, const Labels& domain);
// Of which address a name below in-addr.arpa or ip6.arpa is, or below which one's; in lower case.
std::optional<IpAddress> find_reverse_address(const Labels& name);

// What "\X" or "\DDD" at AT is, and AT behind it; nothing for what is neither.
std::optional<unsigned char> take_escaped(std::string_view text, std::size_t& at);
std::string escaped_number(unsigned char byte);

} // namespace slipway::engine
