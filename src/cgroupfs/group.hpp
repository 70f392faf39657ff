// SPDX-License-Identifier: LGPL-2.1-or-later
// Group: one container's cgroup, which is a directory of the unified hierarchy or one of each old one.
#pragma once

#include "base/fd.hpp"
#include "oci/resources.hpp"

#include <set>
#include <string>
#include <sys/types.h>
#include <vector>

namespace slipway::cgroupfs {

class Group {
  public:
    // PATH: below the hierarchies' mount points, with a leading "/". Nothing is made yet.
    explicit Group(std::string path);

    const std::string& path() const noexcept { return path_; }

    // Its own in the unified hierarchy; without that in the freezer's, or the first old one.
    std::string directory() const;

    // Makes it, its parents and what they must hand down for RESOURCES. Throws Failure.
    void make(const oci::Resources& resources);
    // Applies them. Throws Failure with the JSON path of what could not be applied.
    void limit(const oci::Resources& resources) const;

    // The directory that a payload can be born in; not open with only old hierarchies.
    Fd birthplace() const;
    // The files to join the others by (LaunchRequest::joined).
    std::vector<std::string> member_files() const;

    std::vector<pid_t> members() const; // of sub-cgroups too
    void kill() const;
    enum class Motion { frozen, thawed };
    // Returns when all members are. Throws Failure.
    void set(Motion motion) const;
    bool is_frozen() const;
    // What a controller's file says; empty where there is none.
    std::string read(const std::string& file) const;

    // With all below it, once it is empty; what is not there is no failure. Throws Failure{timed_out} for one
    // that does not get empty.
    void remove() const;

  private:
    std::vector<std::string> directories() const;
    std::string directory_of(const std::string& controller) const;
    void hand_down(const std::set<std::string>& controllers) const;

    std::string path_;
};

} // namespace slipway::cgroupfs
