// SPDX-License-Identifier: LGPL-2.1-or-later
// Extended attributes (xattr(7)).
#include "transfer/attributes.hpp"

#include "base/failure.hpp"
#include "transfer/entry_name.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/xattr.h>

namespace slipway::transfer {

namespace {

// XATTR_LIST_MAX and XATTR_SIZE_MAX (linux/limits.h).
constexpr std::size_t attribute_limit = 64U << 10U;

// ENOTSUP: the file system has none. ENODATA: it went meanwhile.
bool is_none(int error)
{
    return error == ENOTSUP || error == ENODATA;
}

} // namespace

bool is_kept_attribute(std::string_view name)
{
    return name == "security.capability" || name == "system.posix_acl_access" ||
           name == "system.posix_acl_default" ||
           (name.starts_with("user.") && !name.starts_with("user.overlay."));
}

std::vector<Xattr> kept_attributes(const Fd& file, const std::string& name)
{
    return attributes_of(file, name, &is_kept_attribute);
}

std::vector<Xattr> attributes_of(const Fd& file, const std::string& name,
                                 bool (*is_wanted)(std::string_view attribute))
{
    std::vector<Xattr> kept;
    // Most files have none, which a short list tells.
    std::string list(256, '\0');
    ssize_t size = ::flistxattr(file.number(), list.data(), list.size());
    if (size < 0 && errno == ERANGE) {
        list.resize(attribute_limit);
        size = ::flistxattr(file.number(), list.data(), list.size());
    }
    if (size < 0 && is_none(errno))
        return kept;
    check_entry(size < 0 ? -1 : 0, "list the attributes of", name);
    list.resize(static_cast<std::size_t>(size));
    std::string value(list.empty() ? 0 : attribute_limit, '\0');
    for (std::size_t start = 0; start < list.size();) {
        const std::size_t end = std::min(list.find('\0', start), list.size());
        const std::string key = list.substr(start, end - start);
        start = end + 1;
        if (!is_wanted(key))
            continue;
        const ssize_t length = ::fgetxattr(file.number(), key.c_str(), value.data(), value.size());
        if (length < 0 && is_none(errno))
            continue;
        check_entry(length < 0 ? -1 : 0, "read the attribute " + in_quotes(key) + " of", name);
        kept.push_back({key, value.substr(0, static_cast<std::size_t>(length))});
    }
    std::sort(kept.begin(), kept.end(),
              [](const Xattr& left, const Xattr& right) { return left.name < right.name; });
    return kept;
}

OverlayMark overlay_mark(const Fd& file, OverlayMarks marks, const std::string& name)
{
    const std::string prefix = marks == OverlayMarks::trusted ? "trusted.overlay." : "user.overlay.";
    std::array<char, 16> value{};
    const auto size_of = [&](const char* key) {
        return ::fgetxattr(file.number(), (prefix + key).c_str(), value.data(), value.size());
    };
    for (const char* key : {"redirect", "metacopy"})
        if (size_of(key) >= 0 || errno == ERANGE)
            throw Failure{
                ErrorCode::not_supported,
                in_quotes(name) + " has its content in another layer (" + prefix + key +
                    "): the overlay was mounted with redirect_dir or metacopy, which slipway does not "
                    "use: switch them off in the overlay module"};
    if (size_of("whiteout") >= 0)
        return OverlayMark::whiteout;
    // "x": only a hint that there are whiteouts of the newer kind.
    if (size_of("opaque") == 1 && value.front() == 'y')
        return OverlayMark::opaque;
    return OverlayMark::none;
}

} // namespace slipway::transfer
