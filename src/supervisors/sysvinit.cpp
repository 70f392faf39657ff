// SPDX-License-Identifier: LGPL-2.1-or-later
// sysvinit: an init script (Linux Standard Base 5.0, "Init Script Actions" and "Comment Conventions for Init
// Scripts"; insserv(8), chkconfig(8), dpkg's start-stop-daemon(8)).
//
// Nothing of sysvinit restarts what an init script has started, so the script keeps it itself: its own
// process, called "keep", is what the pid file names.
#include "supervisors/files.hpp"
#include "supervisors/template.hpp"

#include <algorithm>

namespace slipway::supervisors {

namespace {

constexpr std::string_view init_script = R"sh(#!/bin/sh
# @TITLE@: an init script that keeps it.
### BEGIN INIT INFO
# Provides:          @UNIT@
# Required-Start:    $local_fs $network@REQUIRED@
# Required-Stop:     $local_fs $network@REQUIRED@
# Should-Start:      $syslog $named@WANTED@
# Should-Stop:       $syslog $named@WANTED@
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: @TITLE@
# Description:       @TITLE@
### END INIT INFO
# chkconfig: 2345 @FIRST@ @LAST@
# description: @TITLE@
# processname: @UNIT@
# pidfile: /run/@UNIT@.pid

PATH=/usr/sbin:/usr/bin:/sbin:/bin
self=$(readlink -f "$0")
pidfile=/run/@UNIT@.pid
log=@LOGS@.log

keep() {
    count=0
    child=
    asked=
    status=0
    trap 'asked=yes; [ -z "$child" ] || kill -TERM "$child"' TERM
    while [ -z "$asked" ]; do
        began=$(date +%s)
        @COMMAND@ &
        child=$!
        [ -z "$asked" ] || kill -TERM "$child"
        # A signal ends a wait, and not the child.
        while kill -0 "$child" 2>/dev/null; do
            wait "$child"
            status=$?
        done
        child=
        echo "@UNIT@: ended with status $status"
        [ -z "$asked" ] || break
        [ $(($(date +%s) - began)) -lt @COME_UP@ ] || count=0
        count=$((count + 1))
@LAST_WORD@
        sleep 1
    done
    # One that has failed leaves it, which is how it is known (status 1).
    if [ -n "$asked" ] || [ "$status" -eq 0 ]; then
        rm -f "$pidfile"
    fi
    exit "$status"
}

is_running() {
    pid=$(cat "$pidfile" 2>/dev/null) && [ -n "$pid" ] || return 1
    tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q "@UNIT@ keep "
}

# Statuses: 4 not allowed, 5 not installed, 6 not configured.
start() {
    is_running && return 0
    [ "$(id -u)" -eq 0 ] || return 4
    [ -x @PROGRAM@ ] || return 5
    @KNOWN@
    @LEFT_OVER@
    rm -f "$pidfile"
    mkdir -p "${log%/*}"
    ready=
    ! start-stop-daemon --help | grep -q -e --notify-await || ready="--notify-await --notify-timeout 60"
    # shellcheck disable=SC2086
    start-stop-daemon --start --quiet --background --no-close --make-pidfile --pidfile "$pidfile" $ready \
        --startas "$self" -- keep </dev/null >>"$log" 2>&1 && is_running
}

stop() {
    if is_running; then
        [ "$(id -u)" -eq 0 ] || return 4
        start-stop-daemon --stop --quiet --oknodo --retry TERM/@PATIENCE@/KILL/5 --pidfile "$pidfile" || return 1
    fi
    rm -f "$pidfile"
}

say() {
    echo "@UNIT@: $1"
    return "$2"
}

case ${1-} in
    start | stop)
        "$1"
        status=$?
        [ "$status" -eq 0 ] || say "$1 failed (see $log)" "$status" >&2
        exit "$status"
        ;;
    restart | force-reload)
        stop && start
        ;;
    try-restart)
        ! is_running || { stop && start; }
        ;;
    status)
        if is_running; then
            say "running, kept by process $pid" 0
        elif [ -e "$pidfile" ]; then
            say "dead, though $pidfile is there (see $log)" 1
        else
            say "not running" 3
        fi
        ;;
    keep)
        keep
        ;;
    reload)
        exit 3
        ;;
    *)
        echo "usage: $0 start|stop|restart|try-restart|force-reload|status" >&2
        exit 2
        ;;
esac
)sh";

constexpr unsigned first_number = 50; // of S50slipway-web: after what a host itself needs
constexpr unsigned last_number = 95;

std::string init_last_word(const Service& service)
{
    constexpr const char* indent = "        ";
    std::string text;
    if (service.restart == RestartOn::failure)
        text += std::string{indent} + "[ \"$status\" -ne 0 ] || break";
    if (service.retries != 0)
        text += (text.empty() ? "" : "\n") + std::string{indent} + "[ \"$count\" -le " +
                std::to_string(service.retries) + " ] || break";
    return text;
}

} // namespace

std::vector<File> sysvinit_files(const Service& service)
{
    const bool is_container = service.kind == Service::Kind::container;
    Words words = common_words(service);
    std::string required = is_container ? " slipwayd" : "";
    std::string wanted;
    for (const Need& need : service.needs)
        (need.is_required ? required : wanted).append(" ").append(unit_of(need));
    words["REQUIRED"] = required;
    words["WANTED"] = wanted;
    const unsigned place = is_container ? std::min(service.depth + 1, last_number - first_number) : 0;
    words["FIRST"] = std::to_string(first_number + place);
    words["LAST"] = std::to_string(100 - first_number - place);
    words["COME_UP"] = std::to_string(time_to_come_up.count());
    words["LAST_WORD"] = init_last_word(service);
    words["COMMAND"] = command_of(service, "--log output");
    const std::string call = service.program + " " + service.words;
    words["KNOWN"] = is_container ? call + "inspect -- " + service.name + " >/dev/null || return 6" : "";
    // What was kept by one that was killed ends first.
    words["LEFT_OVER"] =
        is_container ? "[ ! -e \"$pidfile\" ] || " + call + "stop -- " + service.name + " >/dev/null 2>&1"
                     : "";
    return {{unit_of(service), fill(init_script, words), true}};
}

} // namespace slipway::supervisors
