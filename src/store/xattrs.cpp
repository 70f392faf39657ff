// SPDX-License-Identifier: LGPL-2.1-or-later
// Extended attributes, by the descriptor's path in proc: a descriptor of a symbolic link takes none.
#include "store/xattrs.hpp"

#include "base/failure.hpp"

#include <array>
#include <cerrno>
#include <sys/xattr.h>

namespace slipway::store {

namespace {

constexpr std::size_t largest = 1U << 16U; // XATTR_SIZE_MAX, XATTR_LIST_MAX

// Most entries have none, so it is not made anew for each.
std::string& buffer()
{
    thread_local std::string space(largest, '\0');
    return space;
}

std::string path_of(const Fd& directory, const std::string& name)
{
    return "/proc/self/fd/" + std::to_string(directory.number()) + "/" + name;
}

} // namespace

Xattrs xattrs_of(const Fd& directory, const std::string& name)
{
    const std::string path = path_of(directory, name);
    const ssize_t length = ::llistxattr(path.c_str(), buffer().data(), largest);
    if (length == 0 || (length < 0 && errno == ENOTSUP))
        return {};
    check(length, "list the attributes of", name);
    const std::string names = buffer().substr(0, static_cast<std::size_t>(length));
    Xattrs found;
    for (std::size_t at = 0; at < names.size();) {
        const std::string attribute{names.data() + at};
        at += attribute.size() + 1;
        if (attribute.starts_with("trusted.overlay.") || attribute.starts_with("user.overlay.") ||
            attribute == "security.selinux")
            continue;
        const ssize_t size = ::lgetxattr(path.c_str(), attribute.c_str(), buffer().data(), largest);
        if (size < 0 && errno == ENODATA)
            continue; // gone meanwhile
        check(size, "read the attribute " + attribute + " of", name);
        found[attribute] = buffer().substr(0, static_cast<std::size_t>(size));
    }
    return found;
}

void set_xattr(const Fd& directory, const std::string& name, const std::string& attribute,
               const std::string& value)
{
    check(::lsetxattr(path_of(directory, name).c_str(), attribute.c_str(), value.data(), value.size(), 0),
          "set the attribute " + attribute + " of", name);
}

bool is_opaque(const Fd& directory)
{
    for (const char* const attribute : {"trusted.overlay.opaque", "user.overlay.opaque"}) {
        char value = 0;
        if (::fgetxattr(directory.number(), attribute, &value, 1) == 1 && value == 'y')
            return true;
    }
    return false;
}

} // namespace slipway::store
