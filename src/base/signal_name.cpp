// SPDX-License-Identifier: LGPL-2.1-or-later
// Signals by name and number.
#include "base/signal_name.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstring>

namespace slipway {

namespace {

Failure not_a_signal(std::string_view text)
{
    return Failure{ErrorCode::invalid_argument,
                   "not a signal: " + std::string{text} +
                       " (a name such as TERM or SIGTERM, or a number from 1 to " + std::to_string(SIGRTMAX) +
                       ")"};
}

Result<int> parse_number(std::string_view text, int base, std::string_view whole)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < -64 || number > 64)
        return not_a_signal(whole);
    if (base + number < 1 || base + number > SIGRTMAX)
        return not_a_signal(whole);
    return base + number;
}

} // namespace

Result<int> parse_signal(std::string_view text)
{
    std::string upper{text};
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    if (!upper.empty() && upper[0] >= '0' && upper[0] <= '9')
        return parse_number(upper, 0, text);
    std::string_view bare = upper;
    if (bare.starts_with("SIG"))
        bare.remove_prefix(3);
    if (bare == "RTMIN" || bare == "RTMAX")
        return bare == "RTMIN" ? SIGRTMIN : SIGRTMAX;
    if (bare.starts_with("RTMIN+"))
        return parse_number(bare.substr(6), SIGRTMIN, text);
    if (bare.starts_with("RTMAX-"))
        return parse_number(bare.substr(5), SIGRTMAX, text);
    for (int signal = 1; signal < NSIG; ++signal) {
        const char* name = ::sigabbrev_np(signal);
        if (name != nullptr && bare == name)
            return signal;
    }
    return not_a_signal(text);
}

std::string signal_name(int signal)
{
    if (const char* name = ::sigabbrev_np(signal); name != nullptr)
        return std::string{"SIG"} + name;
    if (signal >= SIGRTMIN && signal <= SIGRTMAX)
        return "SIGRTMIN+" + std::to_string(signal - SIGRTMIN);
    return std::to_string(signal);
}

} // namespace slipway
