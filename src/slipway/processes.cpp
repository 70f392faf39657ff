// SPDX-License-Identifier: LGPL-2.1-or-later
// The processes of a container: its cgroup's, in whichever hierarchy systemd has.
#include "slipway/processes.hpp"

#include "base/file.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace slipway::cli {

namespace {

namespace fs = std::filesystem;

void add_processes(const fs::path& directory, std::vector<int>& found)
{
    std::istringstream numbers{find_file(directory / "cgroup.procs").value_or("")};
    for (int number = 0; numbers >> number;)
        found.push_back(number);
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator{directory, error})
        if (entry.is_directory(error))
            add_processes(entry.path(), found);
}

} // namespace

std::vector<int> processes_beside(int pid)
{
    std::vector<int> found;
    std::istringstream lines{find_file("/proc/" + std::to_string(pid) + "/cgroup").value_or("")};
    for (std::string line; std::getline(lines, line);) {
        // "0::/slipway.slice/…", or systemd's own of the old ones.
        const bool is_unified = line.starts_with("0::");
        const std::size_t named = line.find(":name=systemd:");
        if (!is_unified && named == std::string::npos)
            continue;
        const std::string path =
            is_unified ? line.substr(3) : line.substr(named + std::string{":name=systemd:"}.size());
        for (const char* root : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd"})
            add_processes(root + path, found);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

} // namespace slipway::cli
