# SPDX-License-Identifier: LGPL-2.1-or-later
# Words every script uses: where the checkout and the cache are, how to speak and how to give up.
# shellcheck shell=bash

# Physical paths: two names of one checkout are one checkout.
checkout=$(cd -P "${BASH_SOURCE[0]%/*}/../.." && pwd -P)
# Elsewhere for a trial from nothing: a machine of its own comes with it (instance.sh).
cache=${SLIPWAY_CACHE:-/var/cache/slipway-testbed}
shared_cache=$cache/shared

# use PART…: reads scripts/lib/PART.sh.
use() {
    local part
    for part in "$@"; do
        source "$checkout/scripts/lib/$part.sh"
    done
}

say() {
    printf '%s\n' "$*" >&2
}

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

require_root() {
    ((EUID == 0)) || die "must be root $1; try: sudo $0"
}

# run_quietly COMMAND…: its output is shown only if it fails.
run_quietly() {
    local output
    if ! output=$("$@" 2>&1); then
        printf '%s\n' "$output" >&2
        return 1
    fi
}
