// SPDX-License-Identifier: LGPL-2.1-or-later
// OpenRC: a service script (openrc-run(8), supervise-daemon(8)).
//
// supervise-daemon restarts whatever ends: after a good end that is to be the last the mirror stays.
#include "supervisors/files.hpp"
#include "supervisors/template.hpp"

namespace slipway::supervisors {

namespace {

constexpr std::string_view service_script = R"sh(#!/sbin/openrc-run
# @TITLE@, kept by OpenRC's supervise-daemon.
description="@TITLE@"
supervisor="supervise-daemon"
command="@PROGRAM@"
command_args="@ARGUMENTS@"
pidfile="/run/@UNIT@.pid"
output_log="@LOGS@.log"
error_log="@LOGS@.log"
retry="TERM/@PATIENCE@/KILL/5"
respawn_delay=1
respawn_max=@RETRIES@
@PERIOD@

depend() {
    @NEED@
    @WANT@
    use net logger dns
    after localmount firewall
}

start_pre() {
    checkpath --directory --mode 0755 /var/log/slipway
}
)sh";

} // namespace

std::vector<File> openrc_files(const Service& service)
{
    Words words = common_words(service);
    std::string need = words["ENGINE"];
    std::string want;
    for (const Need& one : service.needs)
        (one.is_required ? need : want).append(" ").append(unit_of(one));
    words["NEED"] = need.empty() ? "" : "need " + need;
    words["WANT"] = want.empty() ? "" : "want" + want;
    const char* const options =
        service.restart == RestartOn::failure ? "--log output --remain-after-exit" : "--log output";
    words["ARGUMENTS"] = command_of(service, options).substr(service.program.size() + 1);
    words["RETRIES"] = std::to_string(service.retries);
    words["PERIOD"] =
        service.retries == 0
            ? ""
            : "respawn_period=" + std::to_string((service.retries + 1) * time_to_come_up.count());
    return {{unit_of(service), fill(service_script, words), true}};
}

} // namespace slipway::supervisors
