// SPDX-License-Identifier: LGPL-2.1-or-later
// Lists of processors: numbers and ranges.
#include "oci/cpu_list.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace slipway::oci {

namespace {

constexpr unsigned most_processors = 8192; // NR_CPUS of the largest kernels

std::optional<unsigned> number_of(std::string_view text)
{
    unsigned number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || number >= most_processors)
        return std::nullopt;
    return number;
}

} // namespace

Result<std::vector<unsigned>> parse_cpu_list(std::string_view text)
{
    std::vector<unsigned> numbers;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string_view part = text.substr(begin, end - begin);
        const std::size_t dash = part.find('-');
        const std::optional<unsigned> first = number_of(part.substr(0, dash));
        const std::optional<unsigned> last =
            dash == std::string_view::npos ? first : number_of(part.substr(dash + 1));
        if (!first || !last || *last < *first)
            return Failure{ErrorCode::invalid_argument,
                           "is no list such as \"0-2,7\": '" + std::string{text} + "'"};
        for (unsigned number = *first; number <= *last; ++number)
            numbers.push_back(number);
        begin = end + 1;
    }
    return numbers;
}

} // namespace slipway::oci
