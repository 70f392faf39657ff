// SPDX-License-Identifier: LGPL-2.1-or-later
// Kind: what a file describes, by the end of its name.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace slipway::quadlet {

enum class Kind : std::uint8_t { container, pod, network, volume, image, build };

struct KindRow {
    Kind kind;
    std::string_view extension; // of the file's name, with its dot
    std::string_view section;   // its own
    std::string_view suffix;    // of the service's name
};

inline constexpr std::array kinds{
    KindRow{Kind::container, ".container", "Container", ""},
    KindRow{Kind::pod, ".pod", "Pod", "-pod"},
    KindRow{Kind::network, ".network", "Network", "-network"},
    KindRow{Kind::volume, ".volume", "Volume", "-volume"},
    KindRow{Kind::image, ".image", "Image", "-image"},
    KindRow{Kind::build, ".build", "Build", "-build"},
};

constexpr const KindRow& row_of(Kind kind)
{
    return kinds[static_cast<std::size_t>(kind)];
}

constexpr std::optional<Kind> find_kind(std::string_view file_name)
{
    for (const KindRow& row : kinds)
        if (file_name.ends_with(row.extension) && file_name.size() > row.extension.size())
            return row.kind;
    return std::nullopt;
}

// Those of Quadlet that there are none of here; the reason, or nothing for any other name.
constexpr std::string_view refused_kind(std::string_view file_name)
{
    if (file_name.ends_with(".kube"))
        return "slipway plays no Kubernetes files; a .pod and .container files say the same";
    if (file_name.ends_with(".artifact"))
        return "slipway keeps no artifacts; an image or a volume can carry the files";
    return {};
}

} // namespace slipway::quadlet
