// SPDX-License-Identifier: LGPL-2.1-or-later
// IdShift: files that belong to a container's own user IDs on the disk, where the file system cannot show
// them so (mount_setattr(2), MOUNT_ATTR_IDMAP).
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>

namespace slipway::store {

class IdShift {
  public:
    // None.
    IdShift() = default;
    // ID 0 of the container is BASE of the host, and so on for 65,536.
    static IdShift to_container(std::uint32_t base) { return IdShift{base, true}; }
    // What to_container() did, undone.
    static IdShift from_container(std::uint32_t base) { return IdShift{base, false}; }

    bool is_none() const noexcept { return base_ == 0; }
    // An ID that the container has not got becomes 65534, as the kernel would show it.
    std::uint32_t shifted(std::uint32_t id) const noexcept;
    // VALUE of the extended attribute NAME: ACLs name IDs, and file capabilities the namespace that they
    // count in (capabilities(7), "Namespaced file capabilities"). What is none of these stays as it is.
    std::string shifted(const std::string& name, std::string value) const;

  private:
    IdShift(std::uint32_t base, bool is_to_container) : base_{base}, is_to_container_{is_to_container} {}

    std::uint32_t base_ = 0;
    bool is_to_container_ = true;
};

} // namespace slipway::store
