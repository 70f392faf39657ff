// SPDX-License-Identifier: LGPL-2.1-or-later
// Hierarchies: read from the table of mounts.
#include "cgroupfs/hierarchies.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <linux/magic.h>
#include <set>
#include <sstream>
#include <sys/vfs.h>

namespace slipway::cgroupfs {

namespace {

constexpr const char* usual_place = "/sys/fs/cgroup";

const std::set<std::string, std::less<>>& controllers()
{
    static const std::set<std::string, std::less<>> names{
        "blkio",  "cpu",  "cpuacct", "cpuset",   "devices",    "freezer", "hugetlb",
        "memory", "misc", "net_cls", "net_prio", "perf_event", "pids",    "rdma"};
    return names;
}

} // namespace

Hierarchies parse_hierarchies(std::string_view mountinfo)
{
    Hierarchies found;
    std::istringstream lines{std::string{mountinfo}};
    for (std::string line; std::getline(lines, line);) {
        const std::size_t dash = line.find(" - ");
        if (dash == std::string::npos)
            continue;
        std::istringstream before{line.substr(0, dash)};
        std::istringstream after{line.substr(dash + 3)};
        std::string skipped;
        std::string place;
        std::string type;
        std::string options;
        before >> skipped >> skipped >> skipped >> skipped >> place;
        after >> type >> skipped >> options;
        if (type == "cgroup2" && found.unified.empty())
            found.unified = place;
        if (type != "cgroup")
            continue;
        std::istringstream words{options};
        for (std::string word; std::getline(words, word, ',');)
            if (controllers().contains(word) || word.starts_with("name="))
                found.old.emplace(word, place);
    }
    return found;
}

const Hierarchies& hierarchies()
{
    static const Hierarchies found = [] {
        // Usually one call tells.
        struct statfs status {};
        if (::statfs(usual_place, &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC)
            return Hierarchies{usual_place, {}};
        Hierarchies parsed = parse_hierarchies(read_file("/proc/self/mountinfo"));
        if (parsed.unified.empty() && parsed.old.empty())
            throw Failure{ErrorCode::not_supported, "no cgroup hierarchy is mounted"};
        return parsed;
    }();
    return found;
}

} // namespace slipway::cgroupfs
