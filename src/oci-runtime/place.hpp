// SPDX-License-Identifier: LGPL-2.1-or-later
// Place: a container's cgroup, made by ourselves or as a scope of systemd's.
#pragma once

#include "cgroupfs/group.hpp"
#include "oci-runtime/container.hpp"

#include <optional>

namespace slipway::oci_runtime {

class Place {
  public:
    // Of a container that is to be made. Nothing is made yet. Throws Failure.
    Place(const Context& context, const std::string& id, const oci::Linux& settings);
    // Of one that was made.
    explicit Place(const Record& record);

    // Before the launcher is there: our own cgroup. Throws Failure.
    void make();
    // LAUNCHER, which has no payload yet, gets into systemd's scope, if that is where it belongs. Throws
    // Failure.
    enum class Adopted { no, yes };
    Adopted adopt(pid_t launcher);
    // The same for the launcher of one more process, which may be where nobody but systemd gets it out of.
    void take_in(pid_t launcher) const;
    void write_to(Record& record) const;

    // Where the payload is to be born, and what the launcher has to join besides.
    Fd birthplace() const;
    std::vector<std::string> joined() const;

    // Throws Failure.
    void update(const oci::Resources& resources) const;
    const std::optional<cgroupfs::Group>& group() const noexcept { return group_; }

    // Everybody in it is killed, and it is gone. Throws Failure.
    void remove() const;

  private:
    void make_own();

    std::optional<cgroupfs::Group> group_; // none without cgroups
    bool is_optional_ = false;             // nobody has asked for this very one
    std::string unit_;
    std::string slice_;
    oci::Resources resources_;
};

} // namespace slipway::oci_runtime
