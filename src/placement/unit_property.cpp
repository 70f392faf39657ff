// SPDX-License-Identifier: LGPL-2.1-or-later
// Unit properties: a table of what there is, and a reader for each kind of value.
#include "placement/unit_property.hpp"

#include "base/time_span.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace slipway::placement {

namespace {

enum class Kind {
    boolean,
    text,
    words,
    size,
    tasks,
    weight,
    quota,
    span,
    scale,
    indexes,
    weights,
    rates,
    spans
};

struct PropertyRow {
    std::string_view name;
    Kind kind;
    Section section = Section::kind;
};

constexpr std::array rows{
    PropertyRow{"After", Kind::words, Section::unit},
    PropertyRow{"Before", Kind::words, Section::unit},
    PropertyRow{"BindsTo", Kind::words, Section::unit},
    PropertyRow{"Conflicts", Kind::words, Section::unit},
    PropertyRow{"DefaultDependencies", Kind::boolean, Section::unit},
    PropertyRow{"Description", Kind::text, Section::unit},
    PropertyRow{"Documentation", Kind::words, Section::unit},
    PropertyRow{"IgnoreOnIsolate", Kind::boolean, Section::unit},
    PropertyRow{"OnFailure", Kind::words, Section::unit},
    PropertyRow{"OnSuccess", Kind::words, Section::unit},
    PropertyRow{"PartOf", Kind::words, Section::unit},
    PropertyRow{"PropagatesStopTo", Kind::words, Section::unit},
    PropertyRow{"Requires", Kind::words, Section::unit},
    PropertyRow{"Requisite", Kind::words, Section::unit},
    PropertyRow{"SurviveFinalKillSignal", Kind::boolean, Section::unit},
    PropertyRow{"Upholds", Kind::words, Section::unit},
    PropertyRow{"Wants", Kind::words, Section::unit},
    PropertyRow{"AllowedCPUs", Kind::indexes},
    PropertyRow{"AllowedMemoryNodes", Kind::indexes},
    PropertyRow{"CPUAccounting", Kind::boolean},
    PropertyRow{"CPUQuota", Kind::quota},
    PropertyRow{"CPUQuotaPeriodSec", Kind::span},
    PropertyRow{"CPUWeight", Kind::weight},
    PropertyRow{"CoredumpReceive", Kind::boolean},
    PropertyRow{"IOAccounting", Kind::boolean},
    PropertyRow{"IODeviceLatencyTargetSec", Kind::spans},
    PropertyRow{"IODeviceWeight", Kind::weights},
    PropertyRow{"IOReadBandwidthMax", Kind::rates},
    PropertyRow{"IOReadIOPSMax", Kind::rates},
    PropertyRow{"IOWeight", Kind::weight},
    PropertyRow{"IOWriteBandwidthMax", Kind::rates},
    PropertyRow{"IOWriteIOPSMax", Kind::rates},
    PropertyRow{"IPAccounting", Kind::boolean},
    PropertyRow{"IPEgressFilterPath", Kind::words},
    PropertyRow{"IPIngressFilterPath", Kind::words},
    PropertyRow{"ManagedOOMMemoryPressure", Kind::text},
    PropertyRow{"ManagedOOMMemoryPressureLimit", Kind::scale},
    PropertyRow{"ManagedOOMPreference", Kind::text},
    PropertyRow{"ManagedOOMSwap", Kind::text},
    PropertyRow{"MemoryAccounting", Kind::boolean},
    PropertyRow{"MemoryHigh", Kind::size},
    PropertyRow{"MemoryLow", Kind::size},
    PropertyRow{"MemoryMax", Kind::size},
    PropertyRow{"MemoryMin", Kind::size},
    PropertyRow{"MemorySwapMax", Kind::size},
    PropertyRow{"MemoryZSwapMax", Kind::size},
    PropertyRow{"RuntimeMaxSec", Kind::span},
    PropertyRow{"StartupAllowedCPUs", Kind::indexes},
    PropertyRow{"StartupAllowedMemoryNodes", Kind::indexes},
    PropertyRow{"StartupCPUWeight", Kind::weight},
    PropertyRow{"StartupIOWeight", Kind::weight},
    PropertyRow{"TasksAccounting", Kind::boolean},
    PropertyRow{"TasksMax", Kind::tasks},
};

// What the engine sets itself, by its own options.
constexpr std::array options{
    std::pair{std::string_view{"DeviceAllow"}, "--device"},
    std::pair{std::string_view{"DevicePolicy"}, "--device"},
    std::pair{std::string_view{"IPAddressAllow"}, "--ip-allow"},
    std::pair{std::string_view{"IPAddressDeny"}, "--ip-deny"},
    std::pair{std::string_view{"KillSignal"}, "--stop-signal"},
    std::pair{std::string_view{"Restart"}, "--restart"},
    std::pair{std::string_view{"Slice"}, "--group"},
    std::pair{std::string_view{"TimeoutStopSec"}, "--stop-timeout"},
};

constexpr std::uint64_t most_weight = 10'000;
constexpr std::uint32_t most_index = 8191;

Failure refused(std::string_view assignment, const std::string& why)
{
    return Failure{ErrorCode::invalid_argument, "Properties: " + std::string{assignment} + ": " + why};
}

const PropertyRow& row_of(std::string_view assignment)
{
    const std::string_view name = assignment.substr(0, assignment.find('='));
    const auto* const found =
        std::find_if(rows.begin(), rows.end(), [name](const PropertyRow& row) { return row.name == name; });
    if (found != rows.end())
        return *found;
    for (const auto& [other, option] : options)
        if (other == name)
            throw refused(assignment, std::string{"this is what "} + option + " says");
    throw refused(assignment, "the unit of a container has no such property that can be set");
}

std::optional<std::uint64_t> whole(std::string_view text)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

// "1.5" of UNIT; nothing where that is too much.
std::optional<std::uint64_t> product(std::string_view text, double unit)
{
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    constexpr double most = 9e18;
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || !(number >= 0) ||
        number * unit > most)
        return std::nullopt;
    return static_cast<std::uint64_t>(std::llround(number * unit));
}

std::optional<std::uint64_t> size_in(std::string_view text)
{
    static constexpr std::string_view units = "BKMGTPE";
    if (text.empty())
        return std::nullopt;
    const std::size_t unit = units.find(text.back());
    if (unit == std::string_view::npos)
        return product(text, 1);
    text.remove_suffix(1);
    return product(text, static_cast<double>(std::uint64_t{1} << (10 * unit)));
}

// "12.5%" of WHOLE.
std::optional<std::uint64_t> percentage(std::string_view text, double whole_amount)
{
    if (text.empty() || text.back() != '%')
        return std::nullopt;
    text.remove_suffix(1);
    return product(text, whole_amount / 100);
}

std::optional<bool> truth(std::string_view text)
{
    for (const std::string_view yes : {"yes", "true", "on", "1", "y", "t"})
        if (text == yes)
            return true;
    for (const std::string_view no : {"no", "false", "off", "0", "n", "f"})
        if (text == no)
            return false;
    return std::nullopt;
}

std::vector<std::string> words_in(std::string_view text)
{
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = text.find_first_not_of(" \t", at);
        if (begin == std::string_view::npos)
            break;
        at = std::min(text.find_first_of(" \t", begin), text.size());
        words.emplace_back(text.substr(begin, at - begin));
    }
    return words;
}

// "0-3,5 7" as systemd has a CPU set on D-Bus: a bit each.
std::optional<std::vector<std::uint8_t>> indexes_in(std::string_view text)
{
    std::string blanks{text};
    std::replace(blanks.begin(), blanks.end(), ',', ' ');
    std::vector<std::uint8_t> bits;
    for (const std::string& word : words_in(blanks)) {
        const std::size_t dash = word.find('-');
        const auto first = whole(std::string_view{word}.substr(0, dash));
        const auto last = dash == std::string::npos ? first : whole(std::string_view{word}.substr(dash + 1));
        if (!first || !last || *last < *first || *last > most_index)
            return std::nullopt;
        bits.resize(std::max<std::size_t>(bits.size(), *last / 8 + 1));
        for (std::uint64_t index = *first; index <= *last; ++index)
            bits[index / 8] = static_cast<std::uint8_t>(bits[index / 8] | 1U << (index % 8));
    }
    if (bits.empty())
        return std::nullopt;
    return bits;
}

std::optional<std::uint64_t> weight_in(std::string_view text)
{
    const auto weight = whole(text);
    return weight && *weight >= 1 && *weight <= most_weight ? weight : std::nullopt;
}

std::optional<std::uint64_t> usec_in(std::string_view text)
{
    std::string dense{text};
    std::erase(dense, ' '); // "5min 20s"
    const Result<Microseconds> span = parse_time_span(dense);
    return span ? std::optional{static_cast<std::uint64_t>(span.value().count())} : std::nullopt;
}

// Of "/dev/sda VALUE".
template <typename Read>
std::optional<Pairs> pair_in(std::string_view text, const Read& read)
{
    const std::vector<std::string> words = words_in(text);
    if (words.size() != 2 || !words[0].starts_with('/'))
        return std::nullopt;
    const std::optional<std::uint64_t> value = words[1] == "infinity" ? UINT64_MAX : read(words[1]);
    if (!value)
        return std::nullopt;
    return Pairs{{words[0], *value}};
}

// Bytes of 1000 each, as systemd counts what passes.
std::optional<std::uint64_t> rate_in(std::string_view text)
{
    static constexpr std::string_view units = "KMGT";
    double unit = 1;
    if (const std::size_t found = text.empty() ? std::string_view::npos : units.find(text.back());
        found != std::string_view::npos)
    {
        unit = std::pow(1000, static_cast<double>(found + 1));
        text.remove_suffix(1);
    }
    return product(text, unit);
}

constexpr double whole_scale = 4294967295; // UINT32_MAX is all of it

template <typename T>
UnitProperty made(std::string key, std::optional<T> value, std::string_view assignment)
{
    if (!value)
        throw refused(assignment, "the value cannot be meant so (see systemd.resource-control(5))");
    return {std::move(key), std::move(*value)};
}

std::string in_usec(std::string_view name)
{
    return std::string{name.substr(0, name.size() - std::string_view{"Sec"}.size())} + "USec";
}

} // namespace

Section section_of(std::string_view assignment)
{
    return row_of(assignment).section;
}

UnitProperty parse_unit_property(std::string_view assignment)
{
    const std::size_t sign = assignment.find('=');
    if (sign == std::string_view::npos || assignment.find('\n') != std::string_view::npos)
        throw refused(assignment, "KEY=VALUE is meant, as in a unit's file");
    const PropertyRow& row = row_of(assignment);
    const std::string key{row.name};
    const std::string_view text = assignment.substr(sign + 1);
    switch (row.kind) {
    case Kind::boolean:
        return made(key, truth(text), assignment);
    case Kind::text:
        return made(key, text.empty() ? std::nullopt : std::optional{std::string{text}}, assignment);
    case Kind::words:
        return made(key, text.empty() ? std::nullopt : std::optional{words_in(text)}, assignment);
    case Kind::size:
    case Kind::tasks:
        if (text == "infinity")
            return {key, UINT64_MAX};
        if (text.ends_with('%')) {
            const auto part = percentage(text, whole_scale);
            return made(key + "Scale",
                        part && *part <= UINT32_MAX ? std::optional{static_cast<std::uint32_t>(*part)}
                                                    : std::nullopt,
                        assignment);
        }
        return made(key, row.kind == Kind::size ? size_in(text) : whole(text), assignment);
    case Kind::weight:
        if (text == "idle" && key.ends_with("CPUWeight"))
            return {key, std::uint64_t{0}};
        return made(key, weight_in(text), assignment);
    case Kind::quota: {
        constexpr double usec_in_a_second = 1e6;
        return made("CPUQuotaPerSecUSec",
                    text == "infinity" ? std::optional{UINT64_MAX} : percentage(text, usec_in_a_second),
                    assignment);
    }
    case Kind::span:
        return made(in_usec(key), text == "infinity" ? std::optional{UINT64_MAX} : usec_in(text), assignment);
    case Kind::scale: {
        const auto part = percentage(text, whole_scale);
        return made(key,
                    part && *part <= UINT32_MAX ? std::optional{static_cast<std::uint32_t>(*part)}
                                                : std::nullopt,
                    assignment);
    }
    case Kind::indexes:
        return made(key, indexes_in(text), assignment);
    case Kind::weights:
        return made(key, pair_in(text, weight_in), assignment);
    case Kind::rates:
        return made(key, pair_in(text, rate_in), assignment);
    case Kind::spans:
        return made(in_usec(key), pair_in(text, usec_in), assignment);
    }
    throw refused(assignment, "not known");
}

void append(bus::Message& call, const UnitProperty& property)
{
    const char* const key = property.key.c_str();
    call.open('r', "sv").append("s", key);
    if (const auto* flag = std::get_if<bool>(&property.value); flag != nullptr)
        call.append("v", "b", *flag ? 1 : 0);
    if (const auto* text = std::get_if<std::string>(&property.value); text != nullptr)
        call.append("v", "s", text->c_str());
    if (const auto* number = std::get_if<std::uint64_t>(&property.value); number != nullptr)
        call.append("v", "t", *number);
    if (const auto* part = std::get_if<std::uint32_t>(&property.value); part != nullptr)
        call.append("v", "u", *part);
    if (const auto* words = std::get_if<std::vector<std::string>>(&property.value); words != nullptr) {
        call.open('v', "as");
        call.append_strings(*words).close();
    }
    if (const auto* bytes = std::get_if<std::vector<std::uint8_t>>(&property.value); bytes != nullptr) {
        call.open('v', "ay");
        check_negative(sd_bus_message_append_array(call.bare(), 'y', bytes->data(), bytes->size()),
                       "write a set of indexes");
        call.close();
    }
    if (const auto* pairs = std::get_if<Pairs>(&property.value); pairs != nullptr) {
        call.open('v', "a(st)").open('a', "(st)");
        for (const auto& [path, value] : *pairs)
            call.append("(st)", path.c_str(), value);
        call.close().close();
    }
    call.close();
}

} // namespace slipway::placement
