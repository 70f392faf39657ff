// SPDX-License-Identifier: LGPL-2.1-or-later
// What listings say: in docker's words.
#include "slipway/container_text.hpp"

#include "slipway/human.hpp"

namespace slipway::cli {

namespace {

std::string health_text(const client::ContainerInfo& info)
{
    if (info.health.empty())
        return {};
    return info.health == "starting" ? " (health: starting)" : " (" + info.health + ")";
}

} // namespace

std::string status_text(const client::ContainerInfo& info, RealTime present)
{
    if (info.state == "running")
        return "Up " + human_duration(present - from_usec(info.started_usec)) + health_text(info);
    if (info.state == "paused")
        return "Up " + human_duration(present - from_usec(info.started_usec)) + " (Paused)";
    if (info.state == "exited")
        return "Exited (" + std::to_string(info.exit_status) +
               (info.exit_cause == "oom-kill" ? ", out of memory) " : ") ") +
               ago(info.finished_usec, present);
    std::string text = info.state;
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

std::string image_id(std::string_view path)
{
    constexpr std::string_view prefix = "/org/slipway/Engine1/image/_";
    return path.starts_with(prefix) ? std::string{path.substr(prefix.size())} : std::string{};
}

NameParts split_reference(const std::string& reference)
{
    const std::string name = reference.substr(0, reference.find('@'));
    const std::size_t slash = name.rfind('/');
    const std::size_t colon = name.rfind(':');
    if (colon == std::string::npos || (slash != std::string::npos && colon < slash))
        return {name, "<none>"};
    return {name.substr(0, colon), name.substr(colon + 1)};
}

} // namespace slipway::cli
