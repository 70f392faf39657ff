# SPDX-License-Identifier: LGPL-2.1-or-later
# One way to configure and compile a build directory, quiet unless something is wrong.
# shellcheck shell=bash

# Two checkouts of the same text share what the compiler cache knows.
export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$checkout

# compile DIRECTORY [MESON OPTION…]: everything, tests too. A second call at once waits for the first.
compile() {
    compile_targets all "$@"
}

# compile_programs DIRECTORY [MESON OPTION…]: what gets installed and no test, for those who only want to use it.
compile_programs() {
    compile_targets installed "$@"
}

compile_targets() {
    local which=$1 directory=$2 targets=() lock
    shift 2
    mkdir -p "$directory"
    exec {lock}>"$directory/.slipway-lock"
    flock "$lock"
    if [[ ! -e $directory/build.ninja ]]; then
        run_quietly meson setup --libexecdir lib/slipway "$@" "$directory" "$checkout"
    elif (($#)); then
        run_quietly meson configure "$@" "$directory"
    fi
    if [[ $which == installed ]]; then
        # What there is to install is in what meson has written: anew first, where its files have changed.
        ninja -C "$directory" --quiet build.ninja
        mapfile -t targets < <(python3 "$checkout/scripts/lib/list_installed.py" "$directory")
    fi
    # ninja's own choice, two more than there are processors, takes an eighth longer.
    ninja -C "$directory" --quiet -j "$(nproc)" "${targets[@]}"
    exec {lock}>&-
}
