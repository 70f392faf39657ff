// SPDX-License-Identifier: LGPL-2.1-or-later
// Files: what each supervisor needs for a service, as files of a directory of its own.
#pragma once

#include "base/result.hpp"
#include "supervisors/service.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slipway::supervisors {

enum class Supervisor { runit, sysvinit, s6, openrc, supervisord, upstart };

// "runit"; Failure{invalid_argument} names those that there are.
Result<Supervisor> parse_supervisor(std::string_view name);

struct File {
    std::string path; // "web/run"
    std::string text;
    bool is_executable = false;
};

std::vector<File> files_for(Supervisor supervisor, const Service& service);

// One page for a reader: a file as it is, several with their names above them.
std::string text_of(const std::vector<File>& files);

// Of one supervisor each.
std::vector<File> runit_files(const Service& service);
std::vector<File> sysvinit_files(const Service& service);
std::vector<File> s6_files(const Service& service);
std::vector<File> openrc_files(const Service& service);
std::vector<File> supervisord_files(const Service& service);
std::vector<File> upstart_files(const Service& service);

} // namespace slipway::supervisors
