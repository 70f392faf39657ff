// SPDX-License-Identifier: LGPL-2.1-or-later
// Mount of: statx(2).
#include "transfer/mount_of.hpp"

#include "base/failure.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace slipway::transfer {

std::uint64_t mount_of(int directory, const char* base)
{
    struct statx status {};
    check(::statx(directory, base, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, STATX_MNT_ID, &status),
          "look at the mount of", *base == '\0' ? "a directory" : base);
    if ((status.stx_mask & STATX_MNT_ID) != 0)
        return status.stx_mnt_id;
    return std::uint64_t{status.stx_dev_major} << 32U | status.stx_dev_minor;
}

} // namespace slipway::transfer
