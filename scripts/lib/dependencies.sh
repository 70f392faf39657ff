# SPDX-License-Identifier: LGPL-2.1-or-later
# The one list of Debian packages: what building, checking, the testbed and its machines need.
# shellcheck shell=bash

build_packages=(
    g++ meson ninja-build ccache mold pkg-config
    libsystemd-dev libmnl-dev libmount-dev libseccomp-dev libcap-dev libarchive-dev libzstd-dev zlib1g-dev libsqlite3-dev
    libssl-dev libcurl4-openssl-dev libtomlplusplus-dev libldns-dev
    nlohmann-json3-dev libfmt-dev libcli11-dev libyaml-cpp-dev libgtest-dev libgmock-dev
    nftables # of which unit tests make use
)

# The release's default clang-tidy is too old for the coroutines and source locations of C++20.
fuzz_packages=(clang-16 libclang-rt-16-dev)
lint_packages=(clang-format clang-tidy-16 shellcheck libxml2-utils)

# python3 counts the tests' results; meson brings it along on a machine that builds.
testbed_packages=(mmdebstrap systemd-container util-linux uidmap e2fsprogs python3)

# Installed in the testbed's root: what slipway needs to run, then what its tests need.
runtime_packages=(
    systemd systemd-sysv dbus polkitd
    libarchive13 libcap2 libfmt9 libmnl0 libmount1 libseccomp2 libsqlite3-0 libssl3 libstdc++6 libzstd1 zlib1g libcurl4 libyaml-cpp0.7 libldns3
    ca-certificates nftables
)
# The root that other supervisors are tried in (make-image --with supervisors): they, a syslogd, and what slipway needs to run, but no systemd.
supervisor_packages=(
    runit s6 supervisor sysvinit-core openrc insserv busybox-syslogd dbus-daemon dbus-bin dbus-system-bus-common procps iproute2 util-linux bind9-dnsutils
    libsystemd0 libarchive13 libcap2 libfmt9 libmnl0 libmount1 libseccomp2 libsqlite3-0 libssl3 libstdc++6 libzstd1 zlib1g libcurl4 libyaml-cpp0.7 libldns3
    ca-certificates nftables
)
machine_packages=(
    "${runtime_packages[@]}"
    libcap2-bin iproute2 procps python3 python3-systemd uidmap util-linux
    libpam-systemd dbus-user-session fuse-overlayfs passt slirp4netns apache2-utils docker-registry openssl skopeo podman buildah btrfs-progs xfsprogs
    bind9-dnsutils dnsmasq-base systemd-resolved libnss-resolve libnss-mymachines systemd-container firewalld iptables tcpdump
)

# Installed beside slipway in the root that benchmarks compare it in.
peer_packages=(podman crun runc containerd dnsperf unbound iperf3)

# missing_packages PACKAGE…: those that dpkg does not hold as installed.
missing_packages() {
    local installed
    # dpkg-query fails when it knows any of them not at all; what it says of the others counts all the same.
    installed=" $({ dpkg-query -W -f '${db:Status-Status}:${Package}\n' "$@" 2>/dev/null || true; } |
        sed -n 's/^installed://p' | tr '\n' ' ')"
    local package
    for package in "$@"; do
        [[ $installed == *" $package "* ]] || printf '%s\n' "$package"
    done
}

# ensure_packages PACKAGE…: installs what is missing; asks the network only then.
ensure_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    require_root "to install ${missing[*]}"
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    local apt=(apt-get --quiet --yes -o DPkg::Lock::Timeout=120)
    run_quietly "${apt[@]}" update
    run_quietly "${apt[@]}" install --no-install-recommends "${missing[@]}"
}
