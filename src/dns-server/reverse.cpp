// SPDX-License-Identifier: LGPL-2.1-or-later
// Reverse names: labels from the last one on, one octet each, or four bits of IPv6 (RFC 1035, 3.5; RFC 3596).
#include "dns-server/reverse.hpp"

#include "dns-server/name.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace slipway::dns_server {

namespace {

using namespace std::string_view_literals;

struct Tree {
    std::string_view root;
    IpFamily family;
    unsigned bits; // a label's
    int base;
};

constexpr std::array trees{
    Tree{"\7in-addr\4arpa\0"sv, IpFamily::v4, 8, 10},
    Tree{"\3ip6\4arpa\0"sv, IpFamily::v6, 4, 16},
};

const Tree* find_tree(std::string_view name)
{
    const auto* const tree =
        std::find_if(trees.begin(), trees.end(), [&](const Tree& one) { return is_within(name, one.root); });
    return tree == trees.end() ? nullptr : tree;
}

std::optional<unsigned> number_of(std::string_view label, const Tree& tree)
{
    unsigned number = 0;
    const char* const end = label.data() + label.size();
    const auto [rest, error] = std::from_chars(label.data(), end, number, tree.base);
    // One address has one name: "010" is none.
    const bool is_plain = label.size() == 1 || (tree.base == 10 && !label.empty() && label.front() != '0');
    if (error != std::errc{} || rest != end || !is_plain || number >> tree.bits != 0)
        return std::nullopt;
    return number;
}

// From NAME up to the tree's root, without it, the uppermost first.
std::vector<std::string_view> names_below(const Tree& tree, std::string_view name)
{
    std::vector<std::string_view> names;
    for (; name.size() > tree.root.size(); name = parent_of(name))
        names.push_back(name);
    std::reverse(names.begin(), names.end());
    return names;
}

} // namespace

std::optional<IpPrefix> find_reverse_prefix(std::string_view name)
{
    const Tree* const tree = find_tree(name);
    if (tree == nullptr)
        return std::nullopt;
    std::array<std::uint8_t, 16> bytes{};
    const std::size_t size = tree->family == IpFamily::v4 ? 4 : 16;
    unsigned length = 0;
    for (const std::string_view below : names_below(*tree, name)) {
        const std::optional<unsigned> number = number_of(first_label(below), *tree);
        if (!number || length == size * 8)
            break;
        const unsigned shift = 8 - tree->bits - length % 8;
        bytes[length / 8] = static_cast<std::uint8_t>(bytes[length / 8] | *number << shift);
        length += tree->bits;
    }
    return IpPrefix{IpAddress::of_bytes({bytes.data(), size}), length};
}

std::optional<std::string_view> find_reverse_zone(std::string_view name, const IpPrefix& subnet)
{
    const std::optional<IpPrefix> prefix = find_reverse_prefix(name);
    if (!prefix || prefix->length() < subnet.length() || !subnet.contains(prefix->address()))
        return std::nullopt;
    const Tree* const tree = find_tree(name);
    const unsigned labels = (subnet.length() + tree->bits - 1) / tree->bits;
    return labels == 0 ? tree->root : names_below(*tree, name)[labels - 1];
}

} // namespace slipway::dns_server
