# SPDX-License-Identifier: LGPL-2.1-or-later
# One way to configure and compile a build directory, quiet unless something is wrong.
# shellcheck shell=bash

# Two checkouts of the same text share what the compiler cache knows.
export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$checkout

# compile DIRECTORY [MESON OPTION…]: a second call at once waits for the first.
compile() {
    local directory=$1 lock
    shift
    mkdir -p "$directory"
    exec {lock}>"$directory/.slipway-lock"
    flock "$lock"
    if [[ ! -e $directory/build.ninja ]]; then
        run_quietly meson setup --libexecdir lib/slipway "$@" "$directory" "$checkout"
    elif (($#)); then
        run_quietly meson configure "$@" "$directory"
    fi
    ninja -C "$directory" --quiet
    exec {lock}>&-
}
