// SPDX-License-Identifier: LGPL-2.1-or-later
// Names with a NUL inside: pax records (pax(1), "pax Header Block") and GNU long names.
#include "transfer/special_headers.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace slipway::transfer {

namespace {

constexpr std::size_t size_offset = 124;
constexpr std::size_t size_length = 12;
constexpr std::size_t type_offset = 156;

// The octal or (GNU) base-256 number of a header's size field; what is none reads as 0.
std::uint64_t size_of(std::string_view header)
{
    std::string_view field = header.substr(size_offset, size_length);
    std::uint64_t size = 0;
    if ((static_cast<unsigned char>(field.front()) & 0x80U) != 0) {
        for (const char c : field.substr(field.size() - sizeof size))
            size = (size << 8U) | static_cast<unsigned char>(c);
        return size;
    }
    field.remove_prefix(std::min(field.find_first_not_of(' '), field.size()));
    std::from_chars(field.data(), field.data() + field.size(), size, 8);
    return size;
}

// "27 path=…\n"
bool has_record_with_nul(std::string_view records)
{
    while (!records.empty()) {
        std::size_t length = 0;
        const auto [end, error] = std::from_chars(records.data(), records.data() + records.size(), length);
        const auto digits = static_cast<std::size_t>(end - records.data());
        if (error != std::errc{} || length <= digits || length > records.size())
            return false;
        const std::string_view record = records.substr(digits, length - digits);
        records.remove_prefix(length);
        for (const std::string_view key : {" path=", " linkpath=", " GNU.sparse.name="})
            if (record.starts_with(key) && record.find('\0') != std::string_view::npos)
                return true;
    }
    return false;
}

// GNU tar ends the name with one NUL and counts it.
bool is_name_with_nul(std::string_view body)
{
    const std::size_t nul = body.find('\0');
    return nul != std::string_view::npos && body.find_first_not_of('\0', nul) != std::string_view::npos;
}

} // namespace

bool has_name_with_nul(std::string_view headers)
{
    while (headers.size() >= tar_block) {
        const std::uint64_t size = size_of(headers);
        const char type = headers[type_offset];
        headers.remove_prefix(tar_block);
        if (size > headers.size())
            return false;
        const std::string_view body = headers.substr(0, size);
        switch (type) {
        case 'g':
        case 'x':
        case 'X':
            if (has_record_with_nul(body))
                return true;
            break;
        case 'K':
        case 'L':
            if (is_name_with_nul(body))
                return true;
            break;
        case 'A':
        case 'V':
            break;
        default:
            return false;
        }
        headers.remove_prefix(
            std::min((size + tar_block - 1) / tar_block * tar_block, std::uint64_t{headers.size()}));
    }
    return false;
}

} // namespace slipway::transfer
