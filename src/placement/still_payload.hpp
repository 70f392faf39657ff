// SPDX-License-Identifier: LGPL-2.1-or-later
// StillPayload: a container's payload stands still by itself, before all of its unit does.
//
// A process that waits for its file system stands still only when that has answered. A container's own
// (fuse-overlayfs) is in the container's unit, and would stand still with it and not answer.
#pragma once

#include "async/task.hpp"
#include "base/fd.hpp"

#include <string>

namespace slipway::async {
class EventLoop;
}

namespace slipway::placement {

class StillPayload {
  public:
    // DIRECTORY: of the unit's cgroup, with a payload/ below it. Nothing is done where there is none, or no
    // cgroup.freeze (cgroup-v2.rst).
    explicit StillPayload(const std::string& directory);
    StillPayload(const StillPayload&) = delete;
    StillPayload& operator=(const StillPayload&) = delete;
    StillPayload(StillPayload&&) = delete;
    StillPayload& operator=(StillPayload&&) = delete;
    // It goes on, unless the unit stands still.
    ~StillPayload();

    // Returns when all of it does. Some that hangs in the kernel is not waited for long: it is the whole
    // unit's freeze that fails then, and says so.
    async::Task<> come_to_rest(async::EventLoop& loop) const;

  private:
    async::Task<> hear_of_rest(async::EventLoop& loop) const;

    Fd payload_;
};

// What one has left that did not live to its end.
void let_payload_go_on(const std::string& directory);

} // namespace slipway::placement
