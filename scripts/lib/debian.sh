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
    local target=$1 packages=$2 sources host_options left_out status=0
    shift 2
    mapfile -t sources < <(debian_sources)
    # Proxies and the like, which mmdebstrap does not read from the host by itself.
    host_options=$(mktemp)
    apt-config dump | grep -E '^Acquire::(https?|ftp|Retries|Check-(Valid-Until|Date))\b' >"$host_options" || true
    left_out=$(mktemp)
    printf 'path-%s\n' exclude=/usr/share/{man,info,doc,locale}/'*' include=/usr/share/doc/'*'/copyright >"$left_out"
    # What is left out is told to dpkg when the essential packages are there: told at once, mmdebstrap filters
    # each of their archives by a program of its own, half a second for each.
    # What it mounts beneath the root is nobody else's, so that nothing stays mounted there if it is killed.
    # shellcheck disable=SC2016
    unshare --mount mmdebstrap --mode=root --quiet --variant=minbase --include="$packages" \
        --aptopt="$host_options" --aptopt='Acquire::Languages "none"' \
        --extract-hook='cp "'"$left_out"'" "$1/etc/dpkg/dpkg.cfg.d/left-out"' \
        --extract-hook='cd "$1/usr/share" && rm -rf man/* info/* locale/* && find doc ! -type d ! -name copyright -delete' \
        --customize-hook='rm -f "$1/etc/apt/apt.conf.d/99mmdebstrap"' \
        "$@" "$debian_suite" "$target" "${sources[@]}" || status=$?
    rm -f "$host_options" "$left_out"
    return "$status"
}
