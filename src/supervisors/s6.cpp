// SPDX-License-Identifier: LGPL-2.1-or-later
// s6: a service directory (s6-supervise, s6-log, s6-svwait: skarnet.org/software/s6/servicedir.html).
#include "supervisors/files.hpp"
#include "supervisors/template.hpp"

namespace slipway::supervisors {

namespace {

constexpr std::string_view s6_run = R"sh(#!/bin/sh
# @TITLE@, kept by s6.
exec 2>&1
@NEEDS@
exec @COMMAND@
)sh";

// 125 tells s6-supervise to leave it down.
constexpr std::string_view s6_finish = R"sh(#!/bin/sh
# $1: the exit status, 256 after a signal.
@LAST_WORD@
)sh";

constexpr std::string_view s6_log = R"sh(#!/bin/sh
mkdir -p @LOGS@
exec s6-log -d3 n20 s1000000 T @LOGS@
)sh";

constexpr unsigned need_patience_ms = 60'000;
// A restart costs s6 a second, and the payload may take as long to be there.
constexpr unsigned restart_margin_s = 2;

std::string s6_last_word(const Service& service)
{
    if (service.restart == RestartOn::any_end)
        return {};
    std::string text = "[ \"$1\" -ne 0 ] || exit 125";
    if (service.retries != 0) {
        const unsigned deaths = service.retries + 1;
        const auto interval = deaths * (static_cast<unsigned>(time_to_come_up.count()) + restart_margin_s);
        std::string signals;
        constexpr int last_signal = 31;
        for (int signal = 1; signal <= last_signal; ++signal)
            signals += ",SIG" + std::to_string(signal);
        text += "\nexec s6-permafailon " + std::to_string(interval) + " " + std::to_string(deaths) +
                " 1-255" + signals + " true";
    }
    return text;
}

std::string s6_needs(const Service& service)
{
    std::string lines;
    for (const Need& need : service.needs)
        if (!need.is_completed)
            lines += "s6-svwait -U -t " + std::to_string(need_patience_ms) + " ../" + need.container +
                     (need.is_required ? " || exit 1\n" : " || true\n");
    return lines;
}

} // namespace

std::vector<File> s6_files(const Service& service)
{
    const bool is_container = service.kind == Service::Kind::container;
    Words words = common_words(service);
    words["NEEDS"] = s6_needs(service);
    words["COMMAND"] = command_of(service, "--log output --ready-fd 3");
    words["LAST_WORD"] = s6_last_word(service);
    std::vector<File> files{
        {service.name + "/run", fill(s6_run, words), true},
        {service.name + "/timeout-kill", std::to_string(patience_of(service).count() * 1000) + "\n"},
        {service.name + "/log/run", fill(s6_log, words), true},
        {service.name + "/log/notification-fd", "3\n"}};
    if (is_container) {
        files.push_back({service.name + "/notification-fd", "3\n"});
        files.push_back({service.name + "/finish", fill(s6_finish, words), true});
    }
    return files;
}

} // namespace slipway::supervisors
