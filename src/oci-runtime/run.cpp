// SPDX-License-Identifier: LGPL-2.1-or-later
// run: make, start, wait, remove.
#include "base/failure.hpp"
#include "oci-runtime/create.hpp"
#include "oci-runtime/delete.hpp"
#include "oci-runtime/wait.hpp"

#include <sys/prctl.h>

namespace slipway::oci_runtime {

int run(Context& context, const Arguments& arguments)
{
    CreateOptions wish;
    bool no_pivot = false;
    bool no_keyring = false;
    bool is_detached = false;
    bool is_kept = false;
    bool no_subreaper = false;
    Options options =
        make_options("run [OPTIONS] ID",
                     "Makes a container, starts it, waits for its end with its exit status, and removes it.");
    add_create_options(options, wish, no_pivot, no_keyring);
    options.flag("-d,--detach", is_detached, "Leave it running");
    options.flag("--keep", is_kept, "Do not remove it");
    options.flag("--no-subreaper", no_subreaper, "Do not reap what the container's process leaves");
    options.parse(arguments);
    wish.has_pivot = !no_pivot;
    wish.has_keyring = !no_keyring;

    if (!is_detached) {
        hold_signals();
        if (!no_subreaper)
            ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    }
    Made made =
        make_container(context, wish, Start::at_once, is_detached ? Ground::background : Ground::foreground);
    run_poststart_hooks(context, made);
    if (is_detached) {
        wait_for_readiness(made.process, *made.notifications);
        return 0;
    }
    const int status =
        wait_in_foreground(made.record.pid, made.process, std::move(made.terminal), &*made.notifications);
    if (!is_kept)
        remove_container(context, made.container);
    return status;
}

} // namespace slipway::oci_runtime
