# SPDX-License-Identifier: LGPL-2.1-or-later
# Booting and stopping an instance; what is up is read from its cgroups, never from a file.
#
# nspawn keeps to the cgroup it is started in (--keep-unit) and makes `payload` below it for the machine, so each
# machine is started in a cgroup of its own. Commands from outside run in testbed.service's delegated subtree: the
# machine's systemd knows that unit, leaves its subtree alone, and ends what is left in it at shutdown.
# shellcheck shell=bash

# locate_cgroup: where this machine's cgroup tree is, on a host with systemd or without, unified or not.
locate_cgroup() {
    if [[ $hierarchy == v1 ]]; then
        machine_cgroup=/sys/fs/cgroup/systemd
    elif [[ -e /sys/fs/cgroup/cgroup.procs ]]; then
        machine_cgroup=/sys/fs/cgroup
    else
        machine_cgroup=/sys/fs/cgroup/unified
    fi
    if [[ -d /run/systemd/system ]]; then
        machine_cgroup+=/system.slice/$machine.scope
    else
        machine_cgroup+=/$machine
    fi
    entry_cgroup=$machine_cgroup/payload/system.slice/testbed.service/exec
}

# find_leader: sets `leader`, the PID of the machine's init, or fails.
find_leader() {
    leader=
    [[ -e $machine_cgroup/payload/init.scope/cgroup.procs ]] || return 1
    read -r leader 2>/dev/null <"$machine_cgroup/payload/init.scope/cgroup.procs"
}

# is_up: the machine runs, has finished its boot, and has this checkout, not one that was here before and is deleted.
is_up() {
    [[ -d $entry_cgroup ]] && find_leader && [[ /proc/$leader/root/slipway -ef $checkout ]]
}

boot_machine() {
    local state='no answer within 60 s' events_fd
    if find_leader; then
        power_off 1
    fi
    clear_cgroups
    exec {events_fd}<>"$events"
    start_nspawn "$events_fd"
    read -r -t 60 -u "$events_fd" state || true
    exec {events_fd}>&-
    case $state in
        running | degraded) find_leader ;;
        *) boot_failed "$state" ;;
    esac
    mkdir -p "$entry_cgroup"
    [[ $hierarchy == v2 ]] || open_controllers
    if [[ $state == degraded ]]; then
        say "testbed: booted, but these units failed:" \
            "$( (enter systemctl list-units --failed --plain --no-legend) | cut -d' ' -f1 | tr '\n' ' ')"
    fi
}

# start_user_space_anew: systemd stays, and all that is not to survive goes.
start_user_space_anew() {
    local state='no answer within 60 s' events_fd
    exec {events_fd}<>"$events"
    (enter systemctl soft-reboot </dev/null) || true
    read -r -t 60 -u "$events_fd" state || true
    exec {events_fd}>&-
    case $state in
        running | degraded) mkdir -p "$entry_cgroup" ;;
        *) boot_failed "$state" ;;
    esac
}

# open_controllers: nspawn shows version 1 controllers read-only; what is below its own cgroup is the machine's to write.
# systemd looks for controllers that it may write to when it starts.
open_controllers() {
    # shellcheck disable=SC2016
    (enter sh -c 'for place in $(sed -n "s/^[^ ]* [^ ]* [^ ]* [^ ]* \([^ ]*\) ro,.* - cgroup .*/\1/p" /proc/self/mountinfo); do
        mount -o remount,bind,rw "$place"
    done; systemctl daemon-reexec
    systemd-run --quiet --unit=release-agent python3 /slipway/scripts/lib/release_agent.py' </dev/null)
}

boot_failed() {
    say "testbed: the boot failed ($1); the end of its console and of its journal:"
    tail -n 40 "$instance/console.log" >&2 || true
    journalctl -D "$root/var/log/journal" -p warning -n 20 --no-pager >&2 2>/dev/null || true
    if find_leader; then
        power_off 1
    fi
    exit 1
}

# start_nspawn FD: leaves a supervisor in a session of its own, which says `gone` when the machine has ended.
start_nspawn() {
    local events_fd=$1 unified=1 prefix=() own_cgroups=()
    if [[ $hierarchy == v1 ]]; then
        [[ -d /sys/fs/cgroup/systemd ]] || die "this host has no version 1 cgroups"
        unified=0
    fi
    if [[ -d /run/systemd/system ]]; then
        prefix=(systemd-run --quiet --scope --unit="$machine" --slice=system.slice -p Delegate=yes)
    else
        make_cgroups
    fi
    local nspawn=(
        env "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=$unified" SYSTEMD_NSPAWN_API_VFS_WRITABLE=1 SYSTEMD_SECCOMP=0
        systemd-nspawn --quiet --directory="$root" --machine="$machine" --keep-unit --register=no --boot
        --private-network --capability=all --console=read-only
        --link-journal=no --resolv-conf=off --timezone=off
        --bind-ro="${checkout//:/\\:}:/slipway" --bind="$shared_cache:/var/cache/slipway-shared"
        systemd.show_status=1
    )
    # shellcheck disable=SC2016
    setsid bash -c '
        events=$1 own_cgroups=$2
        shift 2
        (
            for group in $own_cgroups; do echo $BASHPID >"$group/cgroup.procs"; done
            exec "$@"
        )
        echo gone 1<>"$events"
    ' supervisor "$events" "${own_cgroups[*]}" "${prefix[@]}" "${nspawn[@]}" \
        </dev/null >"$instance/console.log" 2>&1 {lock}>&- {events_fd}>&- &
}

# make_cgroups: sets `own_cgroups`; below the machine's version 1 controllers too where it is to see them.
make_cgroups() {
    local controllers path
    own_cgroups=("$machine_cgroup")
    if [[ $hierarchy == v1 ]]; then
        # nspawn takes its place in the unified tree, where there is one, and repeats it in the named one.
        [[ ! -d /sys/fs/cgroup/unified ]] || own_cgroups+=("/sys/fs/cgroup/unified/$machine")
        while IFS=: read -r _ controllers path; do
            if [[ $controllers && $controllers != name=* ]]; then
                own_cgroups+=("/sys/fs/cgroup/$controllers${path%/}/$machine")
            fi
        done </proc/self/cgroup
    fi
    mkdir -p "${own_cgroups[@]}"
    # A test of limits that fails is the machine's matter, not the host's.
    [[ ! -e /sys/fs/cgroup/pids/$machine/pids.max ]] || echo 2000 >"/sys/fs/cgroup/pids/$machine/pids.max"
    if [[ -d /sys/fs/cgroup/cpuset/$machine ]]; then
        cat /sys/fs/cgroup/cpuset/cpuset.cpus >"/sys/fs/cgroup/cpuset/$machine/cpuset.cpus"
        cat /sys/fs/cgroup/cpuset/cpuset.mems >"/sys/fs/cgroup/cpuset/$machine/cpuset.mems"
    fi
}

# clear_cgroups: what an ended machine leaves; the host's own systemd clears a scope by itself.
clear_cgroups() {
    if [[ -d /run/systemd/system ]]; then
        systemctl reset-failed "$machine.scope" 2>/dev/null || true
    else
        find /sys/fs/cgroup -depth -type d -path "*/$machine*" -exec rmdir {} + 2>/dev/null || true
    fi
}

# power_off SECONDS: a clean shutdown if it takes no longer than that; call after find_leader.
power_off() {
    local events_fd word=
    exec {events_fd}<>"$events"
    kill -s RTMIN+4 "$leader"
    if ! read -r -t "$1" -u "$events_fd" word; then
        say "testbed: not shut down after $1 s, killed"
        kill -s KILL "$leader" 2>/dev/null || true
        read -r -t 5 -u "$events_fd" word || true
    fi
    exec {events_fd}>&-
    clear_cgroups
}
