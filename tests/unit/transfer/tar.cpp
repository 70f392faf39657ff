// SPDX-License-Identifier: LGPL-2.1-or-later
// Tar headers, field by field.
#include "tar.hpp"

#include <cstdio>

namespace slipway::transfer::testing {

namespace {

constexpr std::size_t block = 512;

void put_number(std::string& header, std::size_t at, std::size_t digits, std::uint64_t number)
{
    char text[24]; // NOLINT: snprintf(3) wants an array
    std::snprintf(static_cast<char*>(text), sizeof text, "%0*llo", static_cast<int>(digits),
                  static_cast<unsigned long long>(number));
    header.replace(at, digits, static_cast<const char*>(text));
}

} // namespace

std::string member(const Member& member)
{
    std::string header(block, '\0');
    header.replace(0, member.name.size(), member.name);
    put_number(header, 100, 7, member.mode);
    put_number(header, 108, 7, member.uid);
    put_number(header, 116, 7, member.uid);
    put_number(header, 124, 11, member.size.value_or(member.content.size()));
    put_number(header, 136, 11, 1'000'000'000);
    header.replace(148, 8, 8, ' ');
    header[156] = member.type;
    header.replace(157, member.link.size(), member.link);
    header.replace(257, 8,
                   std::string{"ustar\0"
                               "00",
                               8});
    put_number(header, 329, 7, 8); // device numbers
    put_number(header, 337, 7, 0);
    unsigned sum = 0;
    for (const char byte : header)
        sum += static_cast<unsigned char>(byte);
    put_number(header, 148, 6, sum);
    header[154] = '\0';
    std::string content = member.content;
    content.resize((content.size() + block - 1) / block * block);
    return header + content;
}

std::string end_of_archive()
{
    return std::string(2 * block, '\0');
}

} // namespace slipway::transfer::testing
