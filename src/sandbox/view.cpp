// SPDX-License-Identifier: LGPL-2.1-or-later
// View: joined or built, and handed over.
#include "sandbox/view.hpp"

#include "base/failure.hpp"
#include "base/json.hpp"
#include "base/packet.hpp"
#include "kernel/child.hpp"
#include "kernel/mount.hpp"
#include "kernel/rights.hpp"
#include "sandbox/namespaces.hpp"
#include "sandbox/root.hpp"

#include <fcntl.h>
#include <optional>
#include <sys/mount.h>
#include <sys/prctl.h>

namespace slipway::sandbox {

namespace {

struct View {
    std::optional<Root> root;
    Fd place;  // of the root
    Fd mounts; // the mount namespace that keeps what is mounted below it
};

void join_view(View& view, const LaunchRequest& request, const Namespaces& namespaces)
{
    namespaces.enter();
    view.place = Fd{check(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), "open the container's root")};
    if (request.is_alone)
        view.place = kernel::clone_mount(view.place, kernel::Depth::one);
}

void build_view(View& view, LaunchRequest& request, const Namespaces& namespaces)
{
    const Fd proc{check(::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC), "open", "/proc")};
    const Fd none;
    const bool is_hosts = kernel::may_mount();
    if (is_hosts)
        view.root.emplace(request, namespaces.user(), Builder::host);
    // From here on the IDs are those that we see.
    request.config.linux.uid_mappings.clear();
    request.config.linux.gid_mappings.clear();
    if (is_hosts && request.is_alone) {
        view.place = view.root->descriptor().duplicate();
        return;
    }
    namespaces.enter();
    const auto build = [&] {
        if (namespaces.user())
            become_its_root();
        if (!is_hosts)
            view.root.emplace(request, none, Builder::user_namespace);
        if (!request.is_alone)
            view.root->build({});
    };
    kernel::run_in_child(build);
    if (!request.is_alone && request.config.root.readonly) {
        kernel::MountChange change;
        change.set = MOUNT_ATTR_RDONLY;
        kernel::change_mount(view.root->descriptor(), change, kernel::Depth::one);
    }
    view.place = view.root->descriptor().duplicate();
    view.mounts =
        Fd{check(::openat(proc.number(), "self/ns/mnt", O_RDONLY | O_CLOEXEC), "open the mount namespace")};
}

} // namespace

int show_view(LaunchRequest& request, const Fd& conversation)
{
    const Namespaces namespaces{request.config.linux};
    // Before anybody in a namespace of the container's can see us.
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    View view;
    if (request.overlay || request.tree)
        build_view(view, request, namespaces);
    else
        join_view(view, request, namespaces);
    Json parts = Json::array({"root"});
    std::vector<int> descriptors{view.place.number()};
    if (view.mounts) {
        parts.push_back("mounts");
        descriptors.push_back(view.mounts.number());
    }
    if (namespaces.user()) {
        parts.push_back("users");
        descriptors.push_back(namespaces.user().number());
    }
    send_packet(conversation.number(), json_text(Json{{"event", "view"}, {"parts", parts}}), descriptors);
    return 0;
}

} // namespace slipway::sandbox
