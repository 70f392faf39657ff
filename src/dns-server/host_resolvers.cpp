// SPDX-License-Identifier: LGPL-2.1-or-later
// HostResolvers: one stat(2) a question, a reading a change.
#include "dns-server/host_resolvers.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <algorithm>

namespace slipway::dns_server {

namespace {

constexpr std::uint16_t domain_port = 53;
constexpr std::size_t server_limit = 3; // MAXNS of resolv.h
constexpr std::size_t size_limit = 1U << 20U;
constexpr std::string_view blanks = " \t\r";

std::string_view take_word(std::string_view& line)
{
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    const std::string_view word = line.substr(0, line.find_first_of(blanks));
    line.remove_prefix(word.size());
    return word;
}

bool is_same(const struct stat& one, const struct stat& other)
{
    return one.st_ino == other.st_ino && one.st_dev == other.st_dev && one.st_size == other.st_size &&
           one.st_mtim.tv_sec == other.st_mtim.tv_sec && one.st_mtim.tv_nsec == other.st_mtim.tv_nsec;
}

} // namespace

std::vector<SocketAddress> parse_resolv_conf(std::string_view text)
{
    std::vector<SocketAddress> servers;
    while (!text.empty() && servers.size() < server_limit) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (take_word(line) != "nameserver")
            continue;
        if (const auto server = SocketAddress::parse(take_word(line), domain_port))
            servers.push_back(*server);
    }
    if (servers.empty())
        servers.emplace_back(IpAddress::parse("127.0.0.1").value(), domain_port);
    return servers;
}

const std::vector<SocketAddress>& HostResolvers::servers()
{
    struct stat status {};
    const bool is_there = ::stat(path_.c_str(), &status) == 0;
    if (was_read_ && is_same(status, seen_))
        return servers_;
    seen_ = status;
    was_read_ = true;
    try {
        servers_ = parse_resolv_conf(is_there ? read_file(path_, size_limit) : std::string{});
    } catch (const Failure&) {
        servers_.clear();
    }
    std::erase_if(servers_, [&](const SocketAddress& server) {
        return std::find(own_.begin(), own_.end(), server) != own_.end();
    });
    return servers_;
}

} // namespace slipway::dns_server
