# SPDX-License-Identifier: LGPL-2.1-or-later
# A checkout's own machine: its name, its directory on the host, and its disk copied from the base.
# shellcheck shell=bash

# describe_instance: sets the names that depend on checkout, variant and cgroup layout; starts one process.
describe_instance() {
    variant=${SLIPWAY_TESTBED:-main}
    hierarchy=${SLIPWAY_TESTBED_HIERARCHY:-v2}
    [[ $variant == main || $variant == peers || $variant == newer ]] ||
        die "SLIPWAY_TESTBED is 'main', 'peers' or 'newer', not '$variant'"
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
    if [[ ! -d $root || $(cat "$instance/base" 2>/dev/null) != "$base" ]]; then
        make_instance "$base"
    fi
    if [[ $variant == main ]]; then
        ensure_state_disk
    fi
}

# make_instance BASE
make_instance() {
    local base=$1
    forget_orphans
    rm -rf "$root" "$instance"/{base,stamp,installed,making}
    cp -a --reflink=auto "$base" "$instance/making"
    systemd-id128 new >"$instance/making/etc/machine-id"
    if [[ $variant == newer ]]; then
        give_newer_systemd "$instance/making"
    fi
    mkfifo -m 600 "$instance/making/var/lib/testbed/events"
    mv -T "$instance/making" "$root"
    printf '%s\n' "$checkout" >"$instance/checkout"
    printf '%s\n' "$base" >"$instance/base"
}

# ensure_state_disk: /var/lib/slipway is an ext4 with a journal, as hosts have it. Where the host's own has none, each new
# file costs a look at all those that were removed within minutes, and the tests take half as long again. A machine that
# gets no loop device does without; one with other engines beside ours has all of them on the host's.
ensure_state_disk() {
    local disk=$root/var/lib/testbed/state.ext4 unit=$root/etc/systemd/system/testbed-state.service
    if [[ ! -e $disk ]]; then
        truncate -s 16G "$disk.new"
        mkfs.ext4 -q -O has_journal -m 0 "$disk.new"
        rm -rf "$root/var/lib/slipway"
        mv "$disk.new" "$disk"
    fi
    cat >"$root/var/lib/testbed/mount-state" <<'TEXT'
#!/bin/sh
[ -e /dev/loop-control ] || mknod -m 600 /dev/loop-control c 10 237
for number in 0 1 2 3 4 5 6 7; do
    [ -e /dev/loop$number ] || mknod -m 600 /dev/loop$number b 7 $number
done
mkdir -p -m 700 /var/lib/slipway
mount -o loop,discard /var/lib/testbed/state.ext4 /var/lib/slipway || exit 0
rm -rf /var/lib/slipway/lost+found
TEXT
    chmod +x "$root/var/lib/testbed/mount-state"
    cat >"$unit" <<'TEXT'
[Unit]
Description=/var/lib/slipway on an ext4 with a journal
DefaultDependencies=no
After=systemd-remount-fs.service
Before=local-fs.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/var/lib/testbed/mount-state
TEXT
    mkdir -p "$root/etc/systemd/system/local-fs.target.wants"
    ln -sf ../testbed-state.service "$root/etc/systemd/system/local-fs.target.wants/"
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
