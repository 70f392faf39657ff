// SPDX-License-Identifier: LGPL-2.1-or-later
// Limits: from words to numbers.
#include "slipway/limits.hpp"

#include <charconv>
#include <cmath>

namespace slipway::cli {

namespace {

template <typename Number>
std::optional<Number> whole_number(const std::string& text)
{
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end)
        return std::nullopt;
    return number;
}

std::uint64_t size_of(const char* option, const std::string& text)
{
    if (text == "-1" || text == "max")
        return UINT64_MAX;
    const std::optional<std::uint64_t> size = parse_size(text);
    if (!size)
        throw UsageError{std::string{option} + " takes a size such as 512m or 2g, or -1 for none, not '" +
                         text + "'"};
    return *size;
}

} // namespace

std::optional<std::uint64_t> parse_size(const std::string& text)
{
    static constexpr std::string_view units = "bkmgt";
    std::string number = text;
    if (!number.empty() && (number.back() == 'b' || number.back() == 'B') && number.size() > 1 &&
        std::isalpha(static_cast<unsigned char>(number[number.size() - 2])) != 0)
        number.pop_back(); // "512mb"
    std::uint64_t factor = 1;
    if (!number.empty()) {
        const char letter = static_cast<char>(std::tolower(static_cast<unsigned char>(number.back())));
        if (const std::size_t unit = units.find(letter); unit != std::string_view::npos) {
            factor = std::uint64_t{1} << (10 * unit);
            number.pop_back();
        }
    }
    const std::optional<double> value = whole_number<double>(number);
    constexpr double most = 9e18;
    if (!value || !std::isfinite(*value) || *value < 0 || *value * static_cast<double>(factor) > most)
        return std::nullopt;
    return static_cast<std::uint64_t>(*value * static_cast<double>(factor));
}

void add_limit_options(Options& options, LimitOptions& target)
{
    options.text("-m,--memory", target.memory, "SIZE", "Memory at most: 512m, 2g");
    options.text("--memory-reservation", target.memory_reservation, "SIZE",
                 "Memory that is left to it when it gets scarce");
    options.text("--memory-swap", target.memory_swap, "SIZE", "Memory and swap together; -1 for any");
    options.text("--cpus", target.cpus, "NUMBER", "Processors at most: 1.5");
    options.text("-c,--cpu-shares", target.cpu_shares, "NUMBER",
                 "Share of the processors when they get scarce; 1024 is usual");
    options.text("--pids-limit", target.pids_limit, "NUMBER", "Processes at most; -1 for any");
}

std::map<std::string, std::uint64_t> limits_of(const LimitOptions& options)
{
    std::map<std::string, std::uint64_t> limits;
    if (options.memory)
        limits["MemoryMax"] = size_of("--memory", *options.memory);
    if (options.memory_reservation)
        limits["MemoryLow"] = size_of("--memory-reservation", *options.memory_reservation);
    if (options.memory_swap) {
        const std::uint64_t both = size_of("--memory-swap", *options.memory_swap);
        const std::uint64_t memory = limits.contains("MemoryMax") ? limits["MemoryMax"] : 0;
        if (memory == 0 || (memory != UINT64_MAX && both < memory))
            throw UsageError{
                "--memory-swap is memory and swap together: it goes with --memory, and is not below it"};
        limits["MemorySwapMax"] = both == UINT64_MAX || memory == UINT64_MAX ? UINT64_MAX : both - memory;
    }
    if (options.cpus) {
        const std::optional<double> number = whole_number<double>(*options.cpus);
        if (!number || !std::isfinite(*number) || *number < 0.01 || *number > 8192)
            throw UsageError{"--cpus takes a number such as 1.5, not '" + *options.cpus + "'"};
        limits["CPUQuotaPerSecUSec"] = static_cast<std::uint64_t>(std::llround(*number * 1e6));
    }
    if (options.cpu_shares) {
        const std::optional<std::uint64_t> shares = whole_number<std::uint64_t>(*options.cpu_shares);
        if (!shares || *shares < 2 || *shares > 262144)
            throw UsageError{"--cpu-shares takes a number from 2 to 262144, not '" + *options.cpu_shares +
                             "'"};
        limits["CPUWeight"] = 1 + (*shares - 2) * 9999 / 262142;
    }
    if (options.pids_limit) {
        const std::optional<std::int64_t> number = whole_number<std::int64_t>(*options.pids_limit);
        if (!number || *number < -1 || *number == 0)
            throw UsageError{"--pids-limit takes a number, or -1 for none, not '" + *options.pids_limit +
                             "'"};
        limits["TasksMax"] = *number < 0 ? UINT64_MAX : static_cast<std::uint64_t>(*number);
    }
    return limits;
}

} // namespace slipway::cli
