// SPDX-License-Identifier: LGPL-2.1-or-later
// Upstart: a job's configuration (init(5) of Upstart).
#include "supervisors/files.hpp"
#include "supervisors/template.hpp"

namespace slipway::supervisors {

namespace {

constexpr std::string_view job_file = R"sh(# @TITLE@, kept by Upstart.
description "@TITLE@"

start on @START@
stop on runlevel [!2345]

respawn
@LIMIT@
@NORMAL_EXIT@
kill signal TERM
kill timeout @PATIENCE@
console log

exec @COMMAND@
)sh";

std::string event_of(const Need& need)
{
    return (need.is_completed ? "stopped " : "started ") + unit_of(need);
}

} // namespace

std::vector<File> upstart_files(const Service& service)
{
    Words words = common_words(service);
    std::string start = service.kind == Service::Kind::engine ? "runlevel [2345]" : "started slipwayd";
    // An event that never comes is waited for for ever: of needs that may not be there.
    for (const Need& need : service.needs)
        if (need.is_required)
            start += " and " + event_of(need);
    words["START"] = start;
    // Of its own it gives up after ten in five seconds.
    words["LIMIT"] = service.retries == 0
                         ? "respawn limit unlimited"
                         : "respawn limit " + std::to_string(service.retries) + " " +
                               std::to_string((service.retries + 1) * time_to_come_up.count());
    words["NORMAL_EXIT"] = service.restart == RestartOn::failure ? "normal exit 0" : "";
    words["COMMAND"] = command_of(service, "--log output");
    return {{unit_of(service) + ".conf", fill(job_file, words)}};
}

} // namespace slipway::supervisors
