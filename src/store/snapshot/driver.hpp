// SPDX-License-Identifier: LGPL-2.1-or-later
// SnapshotDriver: a way to give a container a root of its own over its image's layers (docs/storage.md).
#pragma once

#include "kernel/overlay.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::store {

enum class RootKind {
    stacked, // the launcher lays the container's upper directory over the layers, at each start
    whole,   // a tree of its own, built before the first start and kept
};

// With whose rights a driver works.
enum class Rights {
    roots,
    users, // in a user namespace of the user's IDs, as its root
};

struct Trial {
    std::string obstacle;         // why it does not work; empty where it does
    std::string mapping_obstacle; // why its files cannot be a container's own user IDs'
    bool must_shift = false;      // a tree's files must belong to these IDs on the disk (id_shift.hpp)
};

// What a stacked root is made with.
struct Stacking {
    kernel::OverlayCall call = kernel::OverlayCall::fsconfig;
    std::string fuse; // the program that makes it, and not the kernel
};

// What a whole root is made of.
struct RootPlan {
    std::string driver;
    std::filesystem::path destination;         // a directory of tmp/, to become the container's "root"
    std::filesystem::path upper;               // what the container has changed already
    std::vector<std::filesystem::path> layers; // uppermost first
    std::filesystem::path base;                // of the image, shared by its containers: for drivers with one
    std::uint32_t shift = 0;                   // its files' ID 0
};

class SnapshotDriver {
  public:
    SnapshotDriver() = default;
    SnapshotDriver(const SnapshotDriver&) = delete;
    SnapshotDriver& operator=(const SnapshotDriver&) = delete;
    SnapshotDriver(SnapshotDriver&&) = delete;
    SnapshotDriver& operator=(SnapshotDriver&&) = delete;
    virtual ~SnapshotDriver() = default;

    virtual std::string_view name() const noexcept = 0;
    virtual RootKind kind() const noexcept = 0;
    // Does below DIRECTORY what it would do for a container, in little.
    virtual Trial try_in(const std::filesystem::path& directory, Rights rights) const = 0;

    // Of a stacked root.
    virtual Stacking stacking() const;
    // Makes PLAN.destination/fs, whole. Takes as long as it takes. Throws Failure.
    virtual void build(const RootPlan& plan) const;
};

// Best first.
const std::vector<const SnapshotDriver*>& snapshot_drivers();
// None of that name: nothing.
const SnapshotDriver* find_snapshot_driver(std::string_view name);

// One each, in files of their own names.
const SnapshotDriver& overlay_driver();
const SnapshotDriver& overlay_mount_driver();
const SnapshotDriver& btrfs_driver();
const SnapshotDriver& reflink_driver();
const SnapshotDriver& fuse_overlay_driver();
const SnapshotDriver& copy_driver();

} // namespace slipway::store
