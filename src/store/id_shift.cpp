// SPDX-License-Identifier: LGPL-2.1-or-later
// IdShift: owners, and the extended attributes that name IDs.
#include "store/id_shift.hpp"

#include <cstddef>
#include <cstring>
#include <linux/capability.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>

namespace slipway::store {

namespace {

constexpr std::uint32_t ids = 65536;
constexpr std::uint32_t nobody = 65534;

constexpr std::size_t id_size = sizeof(std::uint32_t);

// Little-endian on the disk; on other machines the kernel's headers have the same layout.
std::uint32_t read_id(const std::string& value, std::size_t at)
{
    std::uint32_t id = 0;
    for (std::size_t byte = id_size; byte-- > 0;)
        id = id << 8U | static_cast<unsigned char>(value[at + byte]);
    return id;
}

void write_id(std::string& value, std::size_t at, std::uint32_t id)
{
    for (std::size_t byte = 0; byte < id_size; ++byte, id >>= 8U)
        value[at + byte] = static_cast<char>(id & 0xffU);
}

} // namespace

std::uint32_t IdShift::shifted(std::uint32_t id) const noexcept
{
    if (is_none())
        return id;
    if (is_to_container_)
        return base_ + (id < ids ? id : nobody);
    return id >= base_ && id - base_ < ids ? id - base_ : nobody;
}

std::string IdShift::shifted(const std::string& name, std::string value) const
{
    if (is_none())
        return value;
    if (name == "system.posix_acl_access" || name == "system.posix_acl_default") {
        constexpr std::size_t entry_size = sizeof(posix_acl_xattr_entry);
        for (std::size_t at = sizeof(posix_acl_xattr_header); at + entry_size <= value.size();
             at += entry_size) {
            const std::uint32_t tag = read_id(value, at) & 0xffffU;
            const std::size_t place = at + offsetof(posix_acl_xattr_entry, e_id);
            if (tag == ACL_USER || tag == ACL_GROUP)
                write_id(value, place, shifted(read_id(value, place)));
        }
    }
    if (name == "security.capability" && value.size() >= id_size) {
        const std::uint32_t magic = read_id(value, 0);
        const std::uint32_t flags = magic & static_cast<std::uint32_t>(VFS_CAP_FLAGS_MASK);
        const std::uint32_t revision = magic & static_cast<std::uint32_t>(VFS_CAP_REVISION_MASK);
        if (is_to_container_ && revision == VFS_CAP_REVISION_2 && value.size() == XATTR_CAPS_SZ_2) {
            write_id(value, 0, VFS_CAP_REVISION_3 | flags);
            value.resize(XATTR_CAPS_SZ_3);
            write_id(value, XATTR_CAPS_SZ_2, base_);
        } else if (!is_to_container_ && revision == VFS_CAP_REVISION_3 && value.size() == XATTR_CAPS_SZ_3 &&
                   read_id(value, XATTR_CAPS_SZ_2) == base_)
        {
            write_id(value, 0, VFS_CAP_REVISION_2 | flags);
            value.resize(XATTR_CAPS_SZ_2);
        }
    }
    return value;
}

} // namespace slipway::store
