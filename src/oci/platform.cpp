// SPDX-License-Identifier: LGPL-2.1-or-later
// Platform: names, and the line of those that a machine runs too.
#include "oci/platform.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace slipway::oci {

namespace {

constexpr std::size_t platform_limit = 128;

struct Alias {
    std::string_view name;
    std::string_view architecture;
    std::string_view variant;
};

constexpr std::array platform_aliases{
    Alias{"x86_64", "amd64", ""},       Alias{"x86-64", "amd64", ""},  Alias{"aarch64", "arm64", ""},
    Alias{"aarch64_be", "arm64be", ""}, Alias{"armhf", "arm", "v7"},   Alias{"armv8l", "arm", "v7"},
    Alias{"armv7l", "arm", "v7"},       Alias{"armv6l", "arm", "v6"},  Alias{"armel", "arm", "v6"},
    Alias{"armv5tel", "arm", "v5"},     Alias{"i386", "386", ""},      Alias{"i486", "386", ""},
    Alias{"i586", "386", ""},           Alias{"i686", "386", ""},      Alias{"loongarch64", "loong64", ""},
    Alias{"ppc64el", "ppc64le", ""},    Alias{"mipsel", "mipsle", ""}, Alias{"mips64el", "mips64le", ""},
};

bool is_part(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-' || c == '.';
    });
}

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return text;
}

// 7 of "v7"; nothing of another text.
std::optional<unsigned> level_of(std::string_view variant)
{
    if (variant.size() != 2 || variant[0] != 'v' || variant[1] < '1' || variant[1] > '9')
        return std::nullopt;
    return static_cast<unsigned>(variant[1] - '0');
}

// The platform itself and, behind it, the lower levels of its architecture down to LOWEST.
void add_levels(std::vector<Platform>& line, const Platform& platform, unsigned lowest)
{
    line.push_back(normalized(platform));
    for (unsigned level = level_of(platform.variant).value_or(lowest); level-- > lowest;) {
        Platform lower_one = platform;
        lower_one.variant = "v" + std::to_string(level);
        line.push_back(normalized(lower_one));
    }
}

// What a machine runs, the best first.
std::vector<Platform> line_of(const Platform& wanted)
{
    std::vector<Platform> line;
    if (wanted.architecture == "amd64") {
        add_levels(line, wanted, 1);
        line.push_back({wanted.os, "386", "", ""});
    } else if (wanted.architecture == "arm64") {
        Platform arm64 = wanted;
        if (arm64.variant.empty())
            arm64.variant = "v8";
        add_levels(line, arm64, 8);
        add_levels(line, {wanted.os, "arm", "v8", ""}, 5);
    } else if (wanted.architecture == "arm") {
        Platform arm = wanted;
        if (arm.variant.empty())
            arm.variant = "v7";
        add_levels(line, arm, 5);
    } else {
        line.push_back(wanted);
    }
    return line;
}

Failure refusal(std::string_view text)
{
    std::string shown;
    for (const char c : text.substr(0, platform_limit))
        shown += c >= 0x20 && c < 0x7f ? c : '?';
    return Failure{ErrorCode::invalid_argument,
                   "\"" + shown +
                       "\" is not a platform (write OS/ARCHITECTURE[/VARIANT], as "
                       "linux/arm64)"};
}

} // namespace

std::string Platform::text() const
{
    return os + "/" + architecture + (variant.empty() ? "" : "/" + variant);
}

Platform normalized(Platform platform)
{
    platform.os = lower(platform.os);
    if (platform.os == "macos")
        platform.os = "darwin";
    platform.architecture = lower(platform.architecture);
    platform.variant = lower(platform.variant);
    const auto alias =
        std::find_if(platform_aliases.begin(), platform_aliases.end(),
                     [&platform](const Alias& row) { return row.name == platform.architecture; });
    if (alias != platform_aliases.end()) {
        platform.architecture = alias->architecture;
        if (platform.variant.empty())
            platform.variant = alias->variant;
    }
    if (platform.variant.size() == 1 && platform.variant[0] >= '1' && platform.variant[0] <= '9')
        platform.variant.insert(0, "v");
    if ((platform.architecture == "arm64" && platform.variant == "v8") ||
        (platform.architecture == "amd64" && platform.variant == "v1"))
        platform.variant.clear();
    if (platform.architecture == "arm" && platform.variant.empty())
        platform.variant = "v7";
    return platform;
}

Result<Platform> parse_platform(std::string_view text)
{
    if (text.size() > platform_limit)
        return refusal(text);
    std::vector<std::string> parts;
    for (std::string_view rest = text;;) {
        const std::size_t slash = rest.find('/');
        const std::string_view part = rest.substr(0, slash);
        if (!is_part(part) || parts.size() == 3)
            return refusal(text);
        parts.emplace_back(part);
        if (slash == std::string_view::npos)
            break;
        rest.remove_prefix(slash + 1);
    }
    // "arm/v7" too.
    if (parts.size() == 1 || (parts.size() == 2 && level_of(parts[1])))
        parts.insert(parts.begin(), "linux");
    return normalized({parts[0], parts[1], parts.size() == 3 ? parts[2] : "", ""});
}

Platform platform_of_machine(std::string_view machine)
{
    return normalized({"linux", std::string{machine}, "", ""});
}

std::optional<unsigned> rank(const Platform& wanted, const Platform& offered)
{
    const Platform other = normalized(offered);
    const std::vector<Platform> line = line_of(normalized(wanted));
    for (std::size_t i = 0; i < line.size(); ++i)
        if (line[i].os == other.os && line[i].architecture == other.architecture &&
            line[i].variant == other.variant)
            return static_cast<unsigned>(i);
    return std::nullopt;
}

} // namespace slipway::oci
