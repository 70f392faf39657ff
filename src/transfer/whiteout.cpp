// SPDX-License-Identifier: LGPL-2.1-or-later
// Whiteouts: names taken apart, marks set.
#include "transfer/whiteout.hpp"

#include "base/failure.hpp"
#include "transfer/entry_name.hpp"
#include "transfer/refusal.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

namespace slipway::transfer {

namespace {

constexpr std::string_view leftover_prefix = ".wh..wh.";

} // namespace

NameMeaning meaning_of(const std::string& name)
{
    if (name.find(whiteout_prefix) == std::string::npos)
        return NameMeaning::plain;
    for (std::size_t start = 0; start < name.size();) {
        const std::size_t end = std::min(name.find('/', start), name.size());
        const std::string_view part = std::string_view{name}.substr(start, end - start);
        const bool is_last = end == name.size();
        start = end + 1;
        if (!part.starts_with(whiteout_prefix))
            continue;
        if (part == opaque_name && is_last)
            return NameMeaning::opaque;
        if (part.starts_with(leftover_prefix))
            return NameMeaning::leftover;
        if (!is_last)
            refuse_entry(name, "lies below a whiteout");
        const std::string_view gone = part.substr(whiteout_prefix.size());
        if (gone.empty() || gone == "." || gone == "..")
            refuse_entry(name, "is a whiteout of no file's name");
        return NameMeaning::whiteout;
    }
    return NameMeaning::plain;
}

bool is_whiteout(const struct stat& status)
{
    return S_ISCHR(status.st_mode) && status.st_rdev == ::makedev(0, 0);
}

void make_whiteout(int parent, const std::string& base, const std::string& name)
{
    // Anybody may make this one device from Linux 5.8 on; before, it takes CAP_MKNOD.
    if (::mknodat(parent, base.c_str(), S_IFCHR, ::makedev(0, 0)) == 0)
        return;
    if (errno == EPERM)
        throw Failure{ErrorCode::not_supported,
                      "entry " + in_quotes(name) +
                          " is a whiteout, which cannot be made here: it takes Linux 5.8, or root"};
    throw errno_failure(errno, "make the whiteout", in_quotes(name));
}

void mark_opaque(int directory, OverlayMarks marks, const std::string& name)
{
    const char* const attribute =
        marks == OverlayMarks::trusted ? "trusted.overlay.opaque" : "user.overlay.opaque";
    if (::fsetxattr(directory, attribute, "y", 1, 0) == 0)
        return;
    if (errno == EOPNOTSUPP || errno == EPERM)
        throw Failure{ErrorCode::not_supported,
                      "the directory of entry " + in_quotes(name) + " cannot be marked as opaque by " +
                          attribute + ": the store's file system or the engine's rights do not allow it"};
    throw errno_failure(errno, "mark as opaque the directory of", in_quotes(name));
}

} // namespace slipway::transfer
