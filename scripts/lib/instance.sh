# SPDX-License-Identifier: LGPL-2.1-or-later
# A checkout's own machine: its name, its directory on the host, and its disk copied from the base.
# shellcheck shell=bash

# describe_instance: sets the names that depend on checkout, variant and cgroup layout; starts one process.
describe_instance() {
    variant=${SLIPWAY_TESTBED:-main}
    hierarchy=${SLIPWAY_TESTBED_HIERARCHY:-v2}
    [[ $variant == main || $variant == peers ]] || die "SLIPWAY_TESTBED is 'main' or 'peers', not '$variant'"
    [[ $hierarchy == v1 || $hierarchy == v2 ]] || die "SLIPWAY_TESTBED_HIERARCHY is 'v1' or 'v2', not '$hierarchy'"

    local key
    key=$(sha256sum <<<"$checkout $variant $hierarchy${SLIPWAY_CACHE:+ $cache}")
    machine=slipway-testbed-${key:0:10}
    instance=$cache/instance-${key:0:10}
    root=$instance/root
    events=$root/var/lib/testbed/events
}

# ensure_instance: a disk of the right recipe; a disk of an older recipe is thrown away.
ensure_instance() {
    local base
    base=$(ensure_base)
    mkdir -p "$instance" "$shared_cache"
    if [[ -d $root && $(cat "$instance/base" 2>/dev/null) == "$base" ]]; then
        return
    fi
    forget_orphans
    rm -rf "$root" "$instance"/{base,stamp,installed,making}
    cp -a --reflink=auto "$base" "$instance/making"
    systemd-id128 new >"$instance/making/etc/machine-id"
    mkfifo -m 600 "$instance/making/var/lib/testbed/events"
    mv -T "$instance/making" "$root"
    printf '%s\n' "$checkout" >"$instance/checkout"
    printf '%s\n' "$base" >"$instance/base"
}

# forget_orphans: the disks of checkouts that are gone, and the bases that no disk is made from.
forget_orphans() {
    local other
    for other in "$cache"/instance-*; do
        [[ -f $other/checkout && ! -d $(<"$other/checkout") ]] || continue
        [[ -z $(find /sys/fs/cgroup -maxdepth 3 -name "slipway-testbed-${other##*-}*" -print -quit) ]] || continue
        rm -rf "$other"
    done
}
