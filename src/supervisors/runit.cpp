// SPDX-License-Identifier: LGPL-2.1-or-later
// runit: a service directory (runsv(8), sv(8), svlogd(8)).
//
// runsv restarts whatever ends, a second later; so the end that is to be the last says so itself. What is
// counted lies in runsv's own directory, which is writable where the others need not be.
#include "supervisors/files.hpp"
#include "supervisors/template.hpp"

namespace slipway::supervisors {

namespace {

constexpr std::string_view runit_run = R"sh(#!/bin/sh
# @TITLE@, kept by runit.
exec 2>&1
@NEEDS@
@COUNTING@
exec @COMMAND@
)sh";

constexpr std::string_view runit_finish = R"sh(#!/bin/sh
# $1: the exit status, -1 after a signal.
@READY@
@LAST_WORD@
)sh";

// Ready where supervise has said so.
constexpr std::string_view runit_check = R"sh(#!/bin/sh
test -s supervise/ready
)sh";

constexpr std::string_view runit_log = R"sh(#!/bin/sh
mkdir -p @LOGS@
exec svlogd -tt @LOGS@
)sh";

// A run that came up begins the count anew.
constexpr std::string_view limited_end = R"sh(count=$(cat supervise/restarts 2>/dev/null || echo 0)
began=$(cat supervise/began 2>/dev/null || echo 0)
[ $(($(date +%s) - began)) -lt @COME_UP@ ] || count=0
count=$((count + 1))
if [ "$1" -eq 0 ] || [ "$count" -gt @RETRIES@ ]; then
    rm -f supervise/restarts
    exec sv down .
fi
echo "$count" >supervise/restarts)sh";

constexpr std::string_view failure_end = R"sh([ "$1" -ne 0 ] || exec sv down .)sh";

std::string last_word(const Service& service)
{
    if (service.restart == RestartOn::any_end)
        return {};
    if (service.retries == 0)
        return std::string{failure_end};
    return fill(limited_end, {{"COME_UP", std::to_string(time_to_come_up.count())},
                              {"RETRIES", std::to_string(service.retries)}});
}

std::string runit_needs(const Service& service)
{
    std::string lines;
    for (const Need& need : service.needs)
        if (!need.is_completed)
            lines += "sv start ../" + need.container + (need.is_required ? " || exit 1\n" : " || true\n");
    return lines;
}

} // namespace

std::vector<File> runit_files(const Service& service)
{
    const bool is_container = service.kind == Service::Kind::container;
    Words words = common_words(service);
    words["NEEDS"] = runit_needs(service);
    words["COUNTING"] = service.retries != 0 ? "date +%s >supervise/began" : "";
    words["COMMAND"] =
        command_of(service, "--log output --ready-fd 3") + (is_container ? " 3>supervise/ready" : "");
    words["READY"] = is_container ? "rm -f supervise/ready" : "";
    words["LAST_WORD"] = last_word(service);
    std::vector<File> files{{service.name + "/run", fill(runit_run, words), true},
                            {service.name + "/log/run", fill(runit_log, words), true}};
    if (is_container) {
        files.push_back({service.name + "/finish", fill(runit_finish, words), true});
        files.push_back({service.name + "/check", fill(runit_check, words), true});
    }
    return files;
}

} // namespace slipway::supervisors
