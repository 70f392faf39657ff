// SPDX-License-Identifier: LGPL-2.1-or-later
// Files: the supervisors by their names, and pages of several files.
#include "supervisors/files.hpp"

#include <array>
#include <utility>

namespace slipway::supervisors {

namespace {

struct Kind {
    std::string_view name;
    Supervisor supervisor;
    std::vector<File> (*files)(const Service&);
};

constexpr std::array kinds{
    Kind{"runit", Supervisor::runit, runit_files},
    Kind{"sysvinit", Supervisor::sysvinit, sysvinit_files},
    Kind{"s6", Supervisor::s6, s6_files},
    Kind{"openrc", Supervisor::openrc, openrc_files},
    Kind{"supervisord", Supervisor::supervisord, supervisord_files},
    Kind{"upstart", Supervisor::upstart, upstart_files},
};

} // namespace

Result<Supervisor> parse_supervisor(std::string_view name)
{
    std::string all;
    for (const Kind& kind : kinds) {
        if (kind.name == name)
            return kind.supervisor;
        all.append(all.empty() ? "" : ", ").append(kind.name);
    }
    return Failure{ErrorCode::invalid_argument, "'" + std::string{name} +
                                                    "' is no supervisor that files can be written for (" +
                                                    all + "; systemd needs none: slipway enable)"};
}

std::vector<File> files_for(Supervisor supervisor, const Service& service)
{
    for (const Kind& kind : kinds)
        if (kind.supervisor == supervisor)
            return kind.files(service);
    return {};
}

std::string text_of(const std::vector<File>& files)
{
    if (files.size() == 1)
        return files.front().text;
    std::string page;
    for (const File& file : files)
        page.append(page.empty() ? "" : "\n")
            .append("==> ")
            .append(file.path)
            .append(" <==\n")
            .append(file.text);
    return page;
}

} // namespace slipway::supervisors
