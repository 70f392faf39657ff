# SPDX-License-Identifier: LGPL-2.1-or-later
# crun's own tests, from Debian's source package.
# shellcheck shell=bash

# fetch_crun: unpacks the tests and builds their program, once.
fetch_crun() {
    local suite=$shared_cache/crun-tests work tarball=${SLIPWAY_CRUN_SOURCE-}
    [[ ! -x $suite/tests/init ]] || return 0
    ensure_packages "${build_packages[@]}" dpkg-dev
    work=$(mktemp -d)
    if [[ -z $tarball ]]; then
        debian_sources | sed 's/^deb /deb-src /' >"$work/sources.list"
        if grep -q '\.sources$' "$work/sources.list"; then
            # Files in the newer format, by name.
            mapfile -t files <"$work/sources.list"
            sed 's/^Types:.*/Types: deb-src/' "${files[@]}" >"$work/all.sources"
            rm "$work/sources.list"
        fi
        mkdir -p "$work/lists/partial" "$work/parts"
        local apt=(-o "Dir::Etc::SourceList=$work/sources.list" -o "Dir::Etc::SourceParts=$work/parts" -o "Dir::State::Lists=$work/lists")
        [[ ! -e $work/all.sources ]] || cp "$work/all.sources" "$work/parts/"
        run_quietly apt-get "${apt[@]}" update
        (cd "$work" && run_quietly apt-get "${apt[@]}" source --download-only crun=1.8.1-1+deb12u1)
        tarball=$(find "$work" -name 'crun_*.orig.tar.*' | head -n 1)
    fi
    rm -rf "$suite"
    mkdir -p "$suite"
    tar -xf "$tarball" -C "$suite" --strip-components=1 --wildcards '*/tests/*'
    printf '#define _GNU_SOURCE 1\n#define HAVE_ERROR_H 1\n#define HAVE_SECCOMP 1\n#define HAVE_LINUX_IOPRIO_H 1\n' >"$suite/config.h"
    cc -O2 -static -w -I "$suite" -o "$suite/tests/init" "$suite/tests/init.c"
    rm -rf "$work"
}
