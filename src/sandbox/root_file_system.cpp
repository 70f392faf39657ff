// SPDX-License-Identifier: LGPL-2.1-or-later
// The root's file system, as the snapshot driver wants it made.
#include "sandbox/root_file_system.hpp"

#include "kernel/fuse_overlay.hpp"
#include "kernel/mapped_overlay.hpp"
#include "sandbox/devices.hpp"
#include "sandbox/namespaces.hpp"

namespace slipway::sandbox {

namespace {

kernel::LayerView view_of(const LaunchRequest& request, const Fd& user)
{
    const oci::Linux& settings = request.config.linux;
    return {user, host_id(settings.uid_mappings, 0), host_id(settings.gid_mappings, 0)};
}

RootFileSystem serve_by_fuse(const LaunchRequest& request, const Fd& user, Builder builder)
{
    const OverlayRequest& overlay = *request.overlay;
    const oci::Linux& settings = request.config.linux;
    // Inside of a user namespace there is nothing to be shown in another way.
    kernel::IdRanges shown;
    if (builder == Builder::host && user)
        shown = {ranges_of(settings.uid_mappings), ranges_of(settings.gid_mappings)};
    kernel::FuseOverlay made =
        kernel::make_fuse_overlay({overlay.fuse, overlay.lower, overlay.directory, std::move(shown)});
    return {std::move(made.mount), made.server};
}

kernel::MountFd show_tree(const LaunchRequest& request, const Fd& user, Builder builder)
{
    const Fd none;
    if (builder == Builder::host && !request.tree->is_shifted)
        return kernel::make_mapped_tree(request.tree->path, view_of(request, user));
    return kernel::make_mapped_tree(request.tree->path, {none, 0, 0});
}

} // namespace

RootFileSystem make_root_file_system(const LaunchRequest& request, const Fd& user, Builder builder)
{
    if (request.tree)
        return {show_tree(request, user, builder), 0};
    const OverlayRequest& overlay = *request.overlay;
    if (!overlay.fuse.empty())
        return serve_by_fuse(request, user, builder);
    if (builder == Builder::host)
        return {kernel::make_mapped_overlay(overlay.call, overlay.lower, overlay.directory,
                                            view_of(request, user)),
                0};
    return {kernel::make_own_overlay(overlay.call, overlay.lower, overlay.directory), 0};
}

} // namespace slipway::sandbox
