# SPDX-License-Identifier: LGPL-2.1-or-later
# The systemd of Debian's next release, in the root of an instance that has all else from this one.
# shellcheck shell=bash

next_suite=trixie
next_packages=(
    systemd systemd-sysv libpam-systemd libnss-resolve libnss-mymachines systemd-resolved systemd-container
)

# give_newer_systemd ROOT
give_newer_systemd() {
    local root=$1 source file
    say "giving the testbed's root the systemd of $next_suite (once, about a minute)"
    while IFS= read -r source; do
        if [[ -f $source ]]; then
            file=$root/etc/apt/sources.list.d/next-${source##*/}
            grep -v '^ *#' "$source" | sed "s/$debian_suite/$next_suite/g" >"$file"
            cp "$source" "$root/etc/apt/sources.list.d/"
        else
            printf '%s\n%s\n' "$source" "${source//$debian_suite/$next_suite}" >"$root/etc/apt/sources.list.d/next.list"
        fi
    done < <(debian_sources)
    printf 'Package: *\nPin: release n=%s\nPin-Priority: 100\n' "$next_suite" >"$root/etc/apt/preferences.d/next"
    apt-config dump | grep -E '^Acquire::(https?|ftp|Retries|Check-(Valid-Until|Date))\b' >"$root/etc/apt/apt.conf.d/host" || true
    cp -L /etc/resolv.conf "$root/etc/resolv.conf.host"
    # Mounts that are known by the kernel alone would go with the rest.
    for file in slipway 'var-cache-slipway\x2dshared'; do
        mkdir -p "$root/etc/systemd/system/$file.mount.d"
        printf '[Unit]\nDefaultDependencies=no\nIgnoreOnIsolate=yes\n' >"$root/etc/systemd/system/$file.mount.d/keep.conf"
    done
    # shellcheck disable=SC2016
    run_quietly unshare --mount --pid --fork --mount-proc="$root/proc" sh -euc '
        mount --bind "$1/etc/resolv.conf.host" "$1/etc/resolv.conf"
        mount -t devtmpfs devtmpfs "$1/dev" 2>/dev/null || mount --rbind /dev "$1/dev"
        root=$1 suite=$2
        shift 2
        export DEBIAN_FRONTEND=noninteractive
        chroot "$root" apt-get --quiet update
        chroot "$root" apt-get --quiet --yes --no-install-recommends -o Dpkg::Options::=--force-confold -t "$suite" install "$@"
    ' sh "$root" "$next_suite" "${next_packages[@]}"
    rm -f "$root/etc/resolv.conf.host" "$root"/etc/apt/sources.list.d/next* "$root/etc/apt/preferences.d/next"
}
