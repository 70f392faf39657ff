# SPDX-License-Identifier: LGPL-2.1-or-later
# Making Debian roots: where packages come from, and what is left out of every root.
# shellcheck shell=bash

debian_suite=bookworm

# debian_sources: the host's own sources of Debian packages, so that a local mirror is used here too.
debian_sources() {
    local file found=
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
        [[ -f $file ]] || continue
        if grep -v '^ *#' "$file" | grep -q "$debian_suite" &&
            grep -v '^ *#' "$file" | grep -qE '/debian(-security)?/?( |$)'; then
            printf '%s\n' "$file"
            found=1
        fi
    done
    [[ $found ]] || printf '%s\n' "deb http://deb.debian.org/debian $debian_suite main"
}

# debootstrap_root TARGET PACKAGES [OPTION…]: a directory or a tar, by the target's name.
debootstrap_root() {
    local target=$1 packages=$2 sources host_options status=0
    shift 2
    mapfile -t sources < <(debian_sources)
    # Proxies and the like, which mmdebstrap does not read from the host by itself.
    host_options=$(mktemp)
    apt-config dump | grep -E '^Acquire::(https?|ftp|Retries|Check-(Valid-Until|Date))\b' >"$host_options" || true
    # shellcheck disable=SC2016
    mmdebstrap --mode=root --quiet --variant=minbase --include="$packages" \
        --aptopt="$host_options" --aptopt='Acquire::Languages "none"' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        --dpkgopt='path-exclude=/usr/share/locale/*' \
        --customize-hook='rm -f "$1/etc/apt/apt.conf.d/99mmdebstrap"' \
        "$@" "$debian_suite" "$target" "${sources[@]}" || status=$?
    rm -f "$host_options"
    return "$status"
}
