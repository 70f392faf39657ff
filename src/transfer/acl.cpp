// SPDX-License-Identifier: LGPL-2.1-or-later
// POSIX ACLs: libarchive's entries to the kernel's binary form and back
// (include/uapi/linux/posix_acl_xattr.h, version 2).
#include "transfer/acl.hpp"

#include "base/failure.hpp"
#include "transfer/entry_name.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace slipway::transfer {

namespace {

constexpr std::uint32_t version = 2;
constexpr std::uint32_t no_id = 0xffffffffU;

struct AclEntry {
    std::uint16_t tag;
    std::uint16_t permissions;
    std::uint32_t id;
};

// In the kernel's numbers, which are also the order in which it wants the entries; 0 for what is no POSIX
// tag.
std::uint16_t tag_of(int tag)
{
    switch (tag) {
    case ARCHIVE_ENTRY_ACL_USER_OBJ:
        return 0x01;
    case ARCHIVE_ENTRY_ACL_USER:
        return 0x02;
    case ARCHIVE_ENTRY_ACL_GROUP_OBJ:
        return 0x04;
    case ARCHIVE_ENTRY_ACL_GROUP:
        return 0x08;
    case ARCHIVE_ENTRY_ACL_MASK:
        return 0x10;
    case ARCHIVE_ENTRY_ACL_OTHER:
        return 0x20;
    default:
        return 0;
    }
}

int archive_tag_of(std::uint16_t tag)
{
    for (const int known : {ARCHIVE_ENTRY_ACL_USER_OBJ, ARCHIVE_ENTRY_ACL_USER, ARCHIVE_ENTRY_ACL_GROUP_OBJ,
                            ARCHIVE_ENTRY_ACL_GROUP, ARCHIVE_ENTRY_ACL_MASK})
        if (tag_of(known) == tag)
            return known;
    return ARCHIVE_ENTRY_ACL_OTHER;
}

template <typename Number>
Number number_at(const std::string& bytes, std::size_t at)
{
    Number number = 0;
    for (std::size_t i = sizeof number; i-- > 0;)
        number = static_cast<Number>(std::uint64_t{number} << 8U | static_cast<unsigned char>(bytes[at + i]));
    return number;
}

template <typename Number>
void append(std::string& bytes, Number number)
{
    for (unsigned shift = 0; shift < sizeof number * 8; shift += 8)
        bytes += static_cast<char>((std::uint64_t{number} >> shift) & 0xffU);
}

std::string encode(const std::vector<AclEntry>& entries)
{
    std::string bytes;
    append(bytes, version);
    for (const AclEntry& entry : entries) {
        append(bytes, entry.tag);
        append(bytes, entry.permissions);
        append(bytes, entry.id);
    }
    return bytes;
}

std::vector<AclEntry> entries_of(archive_entry* entry, int type, const std::string& name)
{
    std::vector<AclEntry> entries;
    if (::archive_entry_acl_reset(entry, type) == 0)
        return entries;
    int entry_type = 0;
    int permissions = 0;
    int tag = 0;
    int id = 0;
    const char* who = nullptr;
    while (::archive_entry_acl_next(entry, type, &entry_type, &permissions, &tag, &id, &who) == ARCHIVE_OK) {
        const std::uint16_t kernel_tag = tag_of(tag);
        if (kernel_tag == 0)
            continue;
        const bool has_id = tag == ARCHIVE_ENTRY_ACL_USER || tag == ARCHIVE_ENTRY_ACL_GROUP;
        if (has_id && id < 0)
            throw Failure{ErrorCode::unreadable_archive,
                          "entry " + in_quotes(name) + " has an ACL for " +
                              in_quotes(who == nullptr ? "" : who) +
                              " without a number: make the archive with --numeric-owner"};
        entries.push_back({kernel_tag, static_cast<std::uint16_t>(permissions & 7),
                           has_id ? static_cast<std::uint32_t>(id) : no_id});
    }
    std::stable_sort(entries.begin(), entries.end(),
                     [](const AclEntry& left, const AclEntry& right) { return left.tag < right.tag; });
    return entries;
}

} // namespace

std::vector<Xattr> acl_xattrs(archive_entry* entry, const std::string& name)
{
    std::vector<Xattr> xattrs;
    const int types = ::archive_entry_acl_types(entry);
    if ((types & ARCHIVE_ENTRY_ACL_TYPE_ACCESS) != 0)
        if (const auto entries = entries_of(entry, ARCHIVE_ENTRY_ACL_TYPE_ACCESS, name); !entries.empty())
            xattrs.push_back({"system.posix_acl_access", encode(entries)});
    if ((types & ARCHIVE_ENTRY_ACL_TYPE_DEFAULT) != 0)
        if (const auto entries = entries_of(entry, ARCHIVE_ENTRY_ACL_TYPE_DEFAULT, name); !entries.empty())
            xattrs.push_back({"system.posix_acl_default", encode(entries)});
    return xattrs;
}

bool put_acl(archive_entry* entry, const Xattr& xattr, const std::string& name)
{
    const bool is_access = xattr.name == "system.posix_acl_access";
    if (!is_access && xattr.name != "system.posix_acl_default")
        return false;
    constexpr std::size_t header_size = 4;
    constexpr std::size_t entry_size = 8;
    const std::string& bytes = xattr.value;
    if (bytes.size() < header_size || number_at<std::uint32_t>(bytes, 0) != version ||
        (bytes.size() - header_size) % entry_size != 0)
        throw Failure{ErrorCode::io_error, in_quotes(name) + " has an ACL of an unknown form"};
    const int type = is_access ? ARCHIVE_ENTRY_ACL_TYPE_ACCESS : ARCHIVE_ENTRY_ACL_TYPE_DEFAULT;
    for (std::size_t at = header_size; at < bytes.size(); at += entry_size) {
        const int tag = archive_tag_of(number_at<std::uint16_t>(bytes, at));
        const auto permissions = static_cast<int>(number_at<std::uint16_t>(bytes, at + 2));
        const auto id = number_at<std::uint32_t>(bytes, at + 4);
        const bool has_id = tag == ARCHIVE_ENTRY_ACL_USER || tag == ARCHIVE_ENTRY_ACL_GROUP;
        // A reader that takes names alone finds the number.
        const std::string who = has_id ? std::to_string(id) : "";
        ::archive_entry_acl_add_entry(entry, type, permissions, tag, has_id ? static_cast<int>(id) : -1,
                                      who.c_str());
    }
    return true;
}

} // namespace slipway::transfer
