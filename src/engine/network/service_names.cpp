// SPDX-License-Identifier: LGPL-2.1-or-later
// Service names: getservbyport_r(3), and what it has said.
#include "engine/network/service_names.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <map>
#include <netdb.h>

namespace slipway::engine {

namespace {

std::optional<std::string> look_up(const Port& port)
{
    servent entry{};
    servent* found = nullptr;
    std::array<char, 4096> room{}; // of one line with its aliases
    const std::string protocol{protocol_name(port.protocol)};
    if (::getservbyport_r(htons(port.number), protocol.c_str(), &entry, room.data(), room.size(), &found) !=
            0 ||
        found == nullptr)
        return std::nullopt;
    std::string name{found->s_name};
    return is_service_name(name) ? std::optional{std::move(name)} : std::nullopt;
}

} // namespace

bool is_service_name(const std::string& name)
{
    constexpr std::size_t limit = 15;
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto is_good = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; };
    return name.size() <= limit && std::any_of(name.begin(), name.end(), is_letter) &&
           std::all_of(name.begin(), name.end(), is_good) && name.front() != '-' && name.back() != '-';
}

std::optional<std::string> service_name(const Port& port)
{
    static std::map<Port, std::optional<std::string>> known;
    const auto found = known.find(port);
    return found != known.end() ? found->second : known.emplace(port, look_up(port)).first->second;
}

} // namespace slipway::engine
