// SPDX-License-Identifier: LGPL-2.1-or-later
// Building a container's root: what only the host's rights can open first, then the mounts in the container's
// own name.
#pragma once

#include "sandbox/host_door.hpp"
#include "sandbox/mount_options.hpp"
#include "sandbox/request.hpp"
#include "sandbox/root_file_system.hpp"

#include <vector>

namespace slipway::sandbox {

// One of config.mounts.
struct PlannedMount {
    const oci::Mount* wish = nullptr;
    std::string destination; // absolute, without "//"
    MountOptions options;
    kernel::MountFd mount; // open where the host's rights have made it
    bool is_late = false;  // the payload's to make, whose PID or cgroup namespace it shows
};

// A device that is no node of a /dev of our own, but a mount of one.
struct PlannedDevice {
    std::string path;
    kernel::MountFd node;
};

class Root {
  public:
    // With the host's rights: the root itself, bind mounts, /dev. USER: the user namespace that they are to
    // be seen through, or not open. Otherwise inside of it, as its root. Throws Failure.
    Root(const LaunchRequest& request, const Fd& user, Builder builder);

    // In the new mount namespace, as its root: all that need not be the payload's.
    void build(const HostDoor& door);
    // By the payload.
    void finish(const HostDoor& door);
    // For the hooks before enter(): the root, whose own place no path leads to, is seen at PATH as well.
    void show_at(const std::string& path) const;
    // The root becomes "/", and the host's mounts are gone.
    void enter() const;

    // What serves the root goes where the payload is to be born, or near it. Throws Failure.
    void follow_to(const Fd& cgroup) const;

    const Fd& descriptor() const noexcept { return root_; }

  private:
    void plan_mounts();
    void plan_devices();
    void make_own_dev(PlannedMount& planned);
    void open_source(PlannedMount& planned, const MountSource& source) const;
    void give_mapping(PlannedMount& planned) const;
    void make(PlannedMount& planned, const HostDoor& door) const;
    kernel::MountFd make_file_system(const PlannedMount& planned, const HostDoor& door) const;
    Fd place_for(const PlannedMount& planned) const;
    void attach_devices() const;
    void make_working_directory() const;
    void propagate() const;

    const LaunchRequest* request_;
    const Fd* user_;
    kernel::MountFd root_;
    pid_t server_ = 0; // of a root by FUSE
    std::vector<PlannedMount> mounts_;
    std::vector<PlannedDevice> devices_;
    bool has_own_dev_ = false;
    bool has_hosts_dev_ = false; // mounted from elsewhere: nothing of ours belongs in it
};

} // namespace slipway::sandbox
