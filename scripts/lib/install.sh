# SPDX-License-Identifier: LGPL-2.1-or-later
# Bringing what was last built into the instance's root, and its running parts up to date.
# shellcheck shell=bash

# is_current: nothing that gets installed is newer than the last installation.
is_current() {
    local build=$checkout/build stamp=$instance/stamp inputs=() directory
    [[ -e $build/meson-private/install.dat ]] || return 0
    [[ $stamp -nt $build/meson-private/install.dat ]] || return 1
    for directory in build units dbus polkit docs; do
        [[ ! -d $checkout/$directory ]] || inputs+=("$checkout/$directory")
    done
    [[ -z $(find "${inputs[@]}" \
        \( -name '*.p' -o -name '.*' -o -name 'meson-*' -o -name 'test*' -o -name '*.a' -o -name '*.tmp' \) -prune \
        -o -type f -newer "$stamp" -print -quit) ]]
}

install_build() {
    local installed=$checkout/build/meson-logs/install-log.txt
    touch "$instance/stamp.new"
    meson install -C "$checkout/build" --no-rebuild --quiet --strip --destdir "$root" >&2
    # What an earlier build installed and this one does not would otherwise stay for ever.
    grep -v '^#' "$installed" | sort >"$instance/installed.new"
    if [[ -e $instance/installed ]]; then
        comm -23 "$instance/installed" "$instance/installed.new" | while IFS= read -r file; do
            [[ $file != "$root"/* || -d $file ]] || rm -f "$file"
        done
    fi
    mv "$instance/installed.new" "$instance/installed"
    # shellcheck disable=SC2016 # the machine's shell expands it
    (enter sh -eu -c '
        systemd-sysusers
        systemd-tmpfiles --create
        journalctl --update-catalog
        systemctl daemon-reload
        busctl --quiet call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus ReloadConfig
        systemctl stop slipwayd.service "slipway-dns@*.service" 2>/dev/null || true
        pkill -x slipwayd || true # those of users
        for socket in slipwayd slipway-registry; do
            if [ -e /usr/lib/systemd/system/$socket.socket ]; then systemctl restart $socket.socket; fi
        done
    ' </dev/null >&2)
    mv "$instance/stamp.new" "$instance/stamp"
}
