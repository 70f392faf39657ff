# SPDX-License-Identifier: LGPL-2.1-or-later
# Programs that only a comparison wants and that no machine shall run by itself: unpacked, not installed.
# shellcheck shell=bash

bench_tool_packages=(curl docker.io umoci tini libdevmapper1.02.1)

# ensure_bench_tools: prints their place in the cache that the machine shares; what Debian has not is not in it.
ensure_bench_tools() {
    local tools=$shared_cache/bench-tools package
    if [[ ! -d $tools ]]; then
        require_root "to keep programs in $shared_cache"
        say "getting ${bench_tool_packages[*]} (once)"
        mkdir -p "$tools.making/root"
        chmod 0777 "$tools.making"
        for package in "${bench_tool_packages[@]}"; do
            (cd "$tools.making" && apt-get --quiet=2 download "$package") || say "bench: no $package"
        done
        for package in "$tools.making"/*.deb; do
            dpkg --extract "$package" "$tools.making/root"
        done
        mv -T "$tools.making/root" "$tools"
        rm -rf "$tools.making"
    fi
    printf '%s\n' "$tools"
}
