# SPDX-License-Identifier: LGPL-2.1-or-later
# Running one command inside the booted machine as if it had been run here.
# shellcheck shell=bash

# sane_environment: everything exported passes through, but for what names the host's own places and sockets.
sane_environment() {
    unset "${!XDG_@}" "${!DBUS_@}" "${!LD_@}" "${!LC_@}" LANGUAGE TMPDIR TEMP TMP \
        NOTIFY_SOCKET WATCHDOG_PID WATCHDOG_USEC INVOCATION_ID JOURNAL_STREAM MANAGERPID SYSTEMD_EXEC_PID \
        LISTEN_FDS LISTEN_PID LISTEN_FDNAMES SSH_AUTH_SOCK OLDPWD
    export HOME=/root USER=root LOGNAME=root SHELL=/bin/bash LANG=C.UTF-8
    export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
}

# enter COMMAND…: becomes the command in the machine; `leader` is set. Does not return.
#
# nsenter waits outside, a shell inside. Both ignore what a Ctrl-C sends: it is the command's own to answer, and the
# shell reports how it ended, as 128 and the signal if by one. When nsenter is killed, the shell is too, and the
# command is asked to end. The shell joins the cgroup, not nsenter: the machine's systemd cannot read a cgroup
# that holds processes which its PID namespace does not show. It does so by a descriptor opened out here, because
# the kernel judges a migration by the cgroup namespace of who opened the file.
enter() {
    # The same place where the checkout is mounted, or else the root.
    local directory=/
    case $PWD/ in
        "$checkout"/*) directory=/slipway${PWD#"$checkout"} ;;
    esac
    sane_environment
    trap '' INT QUIT
    exec 9>"$entry_cgroup/cgroup.procs"
    # shellcheck disable=SC2016
    exec nsenter --target "$leader" --mount --uts --ipc --net --pid --cgroup setpriv --pdeathsig KILL sh -c '
        echo 0 >&9
        cd -- "$1" 2>/dev/null || cd /
        shift
        # What the shell itself says of a killed command is not part of its output.
        exec 9>&2 2>/dev/null
        (
            exec 2>&9 9>&-
            exec env --default-signal=INT,QUIT setpriv --pdeathsig TERM -- "$@"
        )
        exit $?
    ' sh "$directory" "$@"
}
