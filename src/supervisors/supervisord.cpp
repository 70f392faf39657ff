// SPDX-License-Identifier: LGPL-2.1-or-later
// supervisord: a section of its configuration (supervisord.org/configuration.html).
//
// It counts restarts only of what has not stayed for startsecs: with a limit that is the time to come up, and
// a second without. What ends sooner is started again whatever its status was.
#include "supervisors/files.hpp"
#include "supervisors/template.hpp"

namespace slipway::supervisors {

namespace {

constexpr std::string_view program_section =
    R"sh(; @TITLE@, kept by supervisord: a file for its directory of [include].
[program:@NAME@]
command=@COMMAND@
priority=@PRIORITY@
autostart=true
autorestart=@RESTART@
exitcodes=0
startsecs=@COME_UP@
startretries=@RETRIES@
stopsignal=TERM
stopwaitsecs=@PATIENCE@
stopasgroup=false
killasgroup=false
redirect_stderr=true
stdout_logfile=AUTO
stdout_logfile_maxbytes=1MB
stdout_logfile_backups=10
stdout_events_enabled=true
)sh";

constexpr unsigned first_priority = 500;
constexpr unsigned engine_priority = 400;
constexpr unsigned any_number = 1'000'000;

} // namespace

std::vector<File> supervisord_files(const Service& service)
{
    const bool is_engine = service.kind == Service::Kind::engine;
    Words words = common_words(service);
    words["COMMAND"] = command_of(service, "--log output");
    words["PRIORITY"] = std::to_string(is_engine ? engine_priority : first_priority + service.depth);
    words["RESTART"] = service.restart == RestartOn::any_end ? "true" : "unexpected";
    words["COME_UP"] = std::to_string(service.retries == 0 ? 1 : time_to_come_up.count());
    words["RETRIES"] = std::to_string(service.retries == 0 ? any_number : service.retries);
    return {{unit_of(service) + ".conf", fill(program_section, words)}};
}

} // namespace slipway::supervisors
