// SPDX-License-Identifier: LGPL-2.1-or-later
// Mount: the short forms of mounts.
#include "compose/mount.hpp"

#include "compose/place.hpp"
#include "compose/units.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace slipway::compose {

namespace {

Failure bad_mount(std::string_view text, const std::string& what)
{
    return Failure{ErrorCode::invalid_argument, in_quotes(text) + " " + what};
}

std::vector<std::string_view> split_at(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos)
            return parts;
        text.remove_prefix(at + 1);
    }
}

bool is_propagation(std::string_view word)
{
    constexpr std::string_view known[] = {"private", "rprivate", "shared", "rshared", "slave", "rslave"};
    return std::ranges::find(known, word) != std::end(known);
}

// False for what is no option of a mount.
bool take_option(Mount& mount, std::string_view option)
{
    if (option == "ro")
        mount.is_read_only = true;
    else if (option == "rw")
        mount.is_read_only = false;
    else if (option == "nocopy")
        mount.is_copied_up = false;
    else if (option == "copy")
        mount.is_copied_up = true;
    else if (option == "z" || option == "Z")
        mount.relabel = option.front();
    else if (is_propagation(option))
        mount.propagation = option;
    else if (option == "rbind")
        mount.recursive = "enabled";
    else if (option == "bind")
        mount.recursive = "disabled";
    else
        // How macOS keeps the two sides alike; Linux has one side.
        return option == "cached" || option == "delegated" || option == "consistent";
    return true;
}

} // namespace

Result<Mount> parse_mount(std::string_view text)
{
    const std::vector<std::string_view> parts = split_at(text, ':');
    if (std::ranges::find(parts, std::string_view{}) != parts.end())
        return bad_mount(text, "has an empty part; a mount is [SOURCE:]TARGET[:OPTIONS]");
    if (parts.size() > 3)
        return bad_mount(text, "has too many colons; a mount is [SOURCE:]TARGET[:OPTIONS]");
    Mount mount;
    if (parts.size() == 1) {
        mount.target = parts[0];
    } else {
        mount.source = parts[0];
        mount.target = parts[1];
    }
    if (!mount.target.starts_with('/'))
        return bad_mount(mount.target, "is no absolute path in the container");
    if (!mount.source.empty() && std::string_view{"./~"}.find(mount.source.front()) != std::string_view::npos)
    {
        mount.kind = MountKind::bind;
        mount.creates_source = true;
    } else if (mount.source.find('/') != std::string::npos) {
        return bad_mount(mount.source, "is no volume's name; a path begins with ./, ../, ~/ or /");
    }
    if (parts.size() == 3)
        for (const std::string_view option : split_at(parts[2], ','))
            if (!take_option(mount, option))
                return bad_mount(option,
                                 "is no option of a mount; ro, rw, z, Z, nocopy, rshared and their like are");
    return mount;
}

Result<Mount> parse_tmpfs(std::string_view text)
{
    const std::size_t colon = text.find(':');
    Mount mount;
    mount.kind = MountKind::tmpfs;
    mount.target = text.substr(0, colon);
    if (!mount.target.starts_with('/'))
        return bad_mount(mount.target, "is no absolute path in the container");
    if (colon == std::string_view::npos)
        return mount;
    for (const std::string_view option : split_at(text.substr(colon + 1), ',')) {
        if (option.starts_with("size=")) {
            const Result<std::uint64_t> size = parse_bytes(option.substr(5));
            if (!size)
                return size.failure();
            mount.size = size.value();
        } else if (option.starts_with("mode=")) {
            std::uint32_t mode = 0;
            const std::string_view digits = option.substr(5);
            const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), mode, 8);
            if (error != std::errc{} || end != digits.data() + digits.size() || mode > 07777)
                return bad_mount(option, "is no mode such as mode=1777");
            mount.mode = mode;
        } else if (option == "ro") {
            mount.is_read_only = true;
        } else if (!option.empty() && option != "rw") {
            mount.options += (mount.options.empty() ? "" : ",") + std::string{option};
        }
    }
    return mount;
}

Result<VolumesFrom> parse_volumes_from(std::string_view text)
{
    VolumesFrom from;
    std::string_view rest = text;
    if (rest.starts_with("container:")) {
        from.is_container = true;
        rest.remove_prefix(10);
    }
    const std::size_t colon = rest.find(':');
    from.name = rest.substr(0, colon);
    const std::string_view access = colon == std::string_view::npos ? "rw" : rest.substr(colon + 1);
    if (from.name.empty() || (access != "ro" && access != "rw"))
        return bad_mount(text, "is not [container:]NAME[:ro|rw]");
    from.is_read_only = access == "ro";
    return from;
}

} // namespace slipway::compose
