# SPDX-License-Identifier: LGPL-2.1-or-later
# The testbed's base: a Debian root that boots quickly, made once for each recipe and copied from then on.
# shellcheck shell=bash

# What a disposable machine does not want: consoles, upkeep, and whatever would write to the host's kernel.
masked_units=(
    getty@.service getty-static.service console-getty.service container-getty@.service
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service
    fstrim.timer systemd-tmpfiles-clean.timer
    systemd-sysctl.service systemd-modules-load.service systemd-binfmt.service systemd-random-seed.service
    proc-sys-fs-binfmt_misc.automount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount
    sys-fs-fuse-connections.mount dev-hugepages.mount kmod-static-nodes.service
    systemd-journald-audit.socket systemd-pstore.service systemd-update-utmp.service
    systemd-update-utmp-runlevel.service systemd-firstboot.service
    docker-registry.service podman.service podman.socket podman-restart.service podman-auto-update.service podman-auto-update.timer unbound.service unbound-resolvconf.service firewalld.service
)

base_packages() {
    local packages=("${machine_packages[@]}")
    [[ $variant != peers ]] || packages+=("${peer_packages[@]}")
    (IFS=,; printf '%s' "${packages[*]}")
}

# base_key: changes with the packages and with the recipe, which is the text of these two files.
base_key() {
    { base_packages; cat "$checkout"/scripts/lib/{base_root,debian}.sh; } | sha256sum | cut -c1-12
}

# ensure_base: prints the directory of this variant's base, making it if it is not there.
ensure_base() {
    local base lock
    base=$cache/base-$(base_key)
    mkdir -p "$cache"
    exec {lock}>"$cache/base.lock"
    flock "$lock"
    if [[ ! -d $base ]]; then
        say "making the testbed's root (once, about half a minute)"
        rm -rf "$cache"/base-making
        debootstrap_root "$cache/base-making" "$(base_packages)" >&2
        configure_base "$cache/base-making"
        mv -T "$cache/base-making" "$base"
    fi
    exec {lock}>&-
    printf '%s\n' "$base"
}

configure_base() {
    local root=$1 unit units=$1/etc/systemd/system
    for unit in "${masked_units[@]}"; do
        ln -sf /dev/null "$units/$unit"
    done
    rm -rf "$units"/{getty,timers}.target.wants "$root/etc/machine-id" "$root/var/lib/dbus/machine-id"
    ln -sf /lib/systemd/system/multi-user.target "$units/default.target"
    mkdir -p "$root"/{slipway,var/lib/testbed,var/cache/slipway-shared,var/log/journal} \
        "$root/etc/systemd/journald.conf.d" "$units/multi-user.target.wants"
    printf '[Journal]\nStorage=persistent\nSystemMaxUse=200M\n' >"$root/etc/systemd/journald.conf.d/testbed.conf"
    printf 'slipway-testbed\n' >"$root/etc/hostname"
    printf '127.0.0.1 localhost slipway-testbed\n::1 localhost\n' >"$root/etc/hosts"
    rm -f "$root/etc/resolv.conf" # resolved's
    : >"$root/etc/resolv.conf"
    chroot "$root" useradd --create-home --shell /bin/bash tester
    touch "$root/etc/.updated" "$root/var/.updated"

    # Tells the host when the boot is over, and owns the cgroup that `testbed exec` puts its commands in.
    cat >"$units/testbed.service" <<'UNIT'
[Unit]
Description=Commands entered from the host
After=dbus.service

[Service]
ExecStart=/bin/sh -c 'systemctl is-system-running --wait 1<>/var/lib/testbed/events; exec sleep infinity'
Delegate=yes
SuccessExitStatus=SIGKILL

[Install]
WantedBy=multi-user.target
UNIT
    ln -sf ../testbed.service "$units/multi-user.target.wants/testbed.service"
}
