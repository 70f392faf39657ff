// SPDX-License-Identifier: LGPL-2.1-or-later
// Group: directories made, written to, emptied and removed.
#include "cgroupfs/group.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "cgroupfs/events.hpp"
#include "cgroupfs/hierarchies.hpp"
#include "cgroupfs/settings.hpp"
#include "kernel/cgroup.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <sstream>
#include <sys/stat.h>
#include <thread>

namespace slipway::cgroupfs {

namespace {

constexpr std::chrono::seconds patience{10};

Fd open_directory(const std::string& path)
{
    return Fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
}

bool has_word(const std::string& text, const std::string& word)
{
    std::istringstream words{text};
    for (std::string found; words >> found;)
        if (found == word)
            return true;
    return false;
}

void make_directories(const std::string& path, std::size_t from)
{
    for (std::size_t end = path.find('/', from); end != std::string::npos || from < path.size();) {
        const std::string part = path.substr(0, end);
        if (::mkdir(part.c_str(), 0755) < 0 && errno != EEXIST)
            throw errno_failure(errno, "make the cgroup", part);
        if (end == std::string::npos)
            return;
        from = end + 1;
        end = path.find('/', from);
    }
}

// A cpuset of the old hierarchy begins empty, and nobody may enter an empty one.
void inherit_cpuset(const std::string& root, const std::string& path)
{
    for (const char* file : {"cpuset.cpus", "cpuset.mems"}) {
        std::string above = root;
        for (std::size_t end = root.size(); end != std::string::npos;) {
            end = path.find('/', end + 1);
            const std::string below = path.substr(0, end);
            const Fd parent = open_directory(above);
            const Fd child = open_directory(below);
            if (child && kernel::read_cgroup_file(child, file).empty())
                kernel::write_cgroup_file(child, file, kernel::read_cgroup_file(parent, file),
                                          "linux.cgroupsPath");
            above = below;
        }
    }
}

// Below first, since a directory with others in it cannot go.
void remove_below(const std::string& path, Clock::time_point deadline)
{
    if (DIR* const list = ::opendir(path.c_str()); list != nullptr) {
        std::vector<std::string> names;
        while (const dirent* entry = ::readdir(list))
            if (entry->d_type == DT_DIR && static_cast<const char*>(entry->d_name)[0] != '.')
                names.emplace_back(static_cast<const char*>(entry->d_name));
        ::closedir(list);
        for (const std::string& name : names)
            remove_below(std::string{path}.append("/").append(name), deadline);
    }
    bool was_told = false;
    for (std::chrono::microseconds pause{50}; ::rmdir(path.c_str()) < 0 && errno != ENOENT;) {
        if (errno != EBUSY)
            throw errno_failure(errno, "remove the cgroup", path);
        if (Clock::now() > deadline)
            throw Failure{ErrorCode::timed_out, "the cgroup " + path + " does not get empty"};
        // Who has been killed leaves a moment later than its parent hears of it. The unified hierarchy tells
        // when.
        if (!was_told && await_event(open_directory(path), "populated 0", deadline) != Awaited::untold) {
            was_told = true;
            continue;
        }
        // The old ones do not, nor does one that is busy though nobody is in it.
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::microseconds{20000});
    }
}

} // namespace

Group::Group(std::string path) : path_{std::move(path)}
{
    // What is handed to the kernel must be below the hierarchy's own root.
    path_ = std::filesystem::path{"/" + path_}.lexically_normal();
    while (path_.starts_with("//"))
        path_.erase(0, 1);
    if (path_ == "/")
        throw Failure{ErrorCode::invalid_argument,
                      "linux.cgroupsPath: names no cgroup of the container's own"};
}

std::vector<std::string> Group::directories() const
{
    const Hierarchies& all = hierarchies();
    std::vector<std::string> list;
    if (!all.unified.empty())
        list.push_back(all.unified + path_);
    for (const auto& [controller, place] : all.old)
        if (std::find(list.begin(), list.end(), place + path_) == list.end())
            list.push_back(place + path_);
    return list;
}

std::string Group::directory_of(const std::string& controller) const
{
    const Hierarchies& all = hierarchies();
    if (all.is_unified())
        return all.unified + path_;
    const auto found = all.old.find(controller);
    return found == all.old.end() ? "" : found->second + path_;
}

std::string Group::directory() const
{
    const Hierarchies& all = hierarchies();
    if (!all.unified.empty())
        return all.unified + path_;
    const std::string freezer = directory_of("freezer");
    return freezer.empty() ? directories().front() : freezer;
}

void Group::make(const oci::Resources& resources)
{
    const Hierarchies& all = hierarchies();
    if (!all.unified.empty())
        make_directories(all.unified + path_, all.unified.size() + 1);
    for (const auto& [controller, place] : all.old) {
        make_directories(place + path_, place.size() + 1);
        if (controller == "cpuset")
            inherit_cpuset(place, place + path_);
    }
    if (!all.is_unified())
        return;
    std::set<std::string> wanted;
    for (const Setting& setting : settings_of(resources))
        if (!setting.controller.empty())
            wanted.insert(setting.controller);
    hand_down(wanted);
}

// From the root to the parent; what cannot be had is told when it is to be set.
void Group::hand_down(const std::set<std::string>& wanted) const
{
    const std::string root = hierarchies().unified;
    std::string above = root;
    for (std::size_t end = path_.find('/', 1); !wanted.empty(); end = path_.find('/', end + 1)) {
        const Fd directory = open_directory(above);
        const std::string available = kernel::read_cgroup_file(directory, "cgroup.controllers");
        const std::string handed = kernel::read_cgroup_file(directory, "cgroup.subtree_control");
        for (const std::string& controller : wanted)
            if (has_word(available, controller) && !has_word(handed, controller))
                kernel::write_cgroup_file(directory, "cgroup.subtree_control", "+" + controller,
                                          "linux.cgroupsPath");
        if (end == std::string::npos)
            return;
        above = root + path_.substr(0, end);
    }
}

void Group::limit(const oci::Resources& resources) const
{
    const bool is_unified = hierarchies().is_unified();
    for (const Setting& setting : is_unified ? settings_of(resources) : old_settings_of(resources)) {
        const std::string path = directory_of(setting.controller);
        const Fd directory = path.empty() ? Fd{} : open_directory(path);
        const bool is_available =
            directory &&
            (!is_unified || setting.controller.empty() ||
             has_word(kernel::read_cgroup_file(directory, "cgroup.controllers"), setting.controller));
        if (!is_available)
            throw Failure{ErrorCode::not_supported, setting.what + ": the requested cgroup controller `" +
                                                        setting.controller + "` is not available"};
        kernel::write_cgroup_file(directory, setting.file, setting.value, setting.what);
    }
    if (is_unified && !resources.devices.empty())
        kernel::restrict_devices(open_directory(directory_of({})),
                                 device_accesses(complete_rules(resources.devices)));
}

Fd Group::birthplace() const
{
    const std::string& unified = hierarchies().unified;
    return unified.empty() ? Fd{} : open_directory(unified + path_);
}

std::vector<std::string> Group::member_files() const
{
    std::vector<std::string> files;
    for (const std::string& directory : directories())
        if (hierarchies().unified.empty() || directory != hierarchies().unified + path_)
            files.push_back(directory + "/cgroup.procs");
    return files;
}

std::vector<pid_t> Group::members() const
{
    std::set<pid_t> all;
    for (const std::string& top : directories()) {
        std::vector<std::string> left{top};
        while (!left.empty()) {
            const std::string path = std::move(left.back());
            left.pop_back();
            const std::vector<pid_t> members = kernel::members_of(open_directory(path));
            all.insert(members.begin(), members.end());
            std::error_code ignored;
            for (const auto& entry : std::filesystem::directory_iterator{path, ignored})
                if (entry.is_directory(ignored))
                    left.push_back(entry.path());
        }
    }
    return {all.begin(), all.end()};
}

void Group::kill() const
{
    if (hierarchies().is_unified()) {
        kernel::kill_members(open_directory(directory_of({})));
        return;
    }
    for (int round = 0; round < 10; ++round) {
        const std::vector<pid_t> all = members();
        if (all.empty())
            return;
        for (const pid_t pid : all)
            if (pid > 1)
                ::kill(pid, SIGKILL);
    }
}

void Group::set(Motion motion) const
{
    const bool is_to_freeze = motion == Motion::frozen;
    const auto deadline = Clock::now() + patience;
    if (hierarchies().is_unified()) {
        const Fd directory = open_directory(directory_of({}));
        kernel::write_cgroup_file(directory, "cgroup.freeze", is_to_freeze ? "1" : "0",
                                  "freeze the container");
        if (await_event(directory, is_to_freeze ? "frozen 1" : "frozen 0", deadline) != Awaited::came)
            throw Failure{ErrorCode::timed_out, "the container's processes do not freeze"};
        return;
    }
    const Fd directory = open_directory(directory_of("freezer"));
    const std::string wanted = is_to_freeze ? "FROZEN" : "THAWED";
    while (kernel::read_cgroup_file(directory, "freezer.state") != wanted) {
        kernel::write_cgroup_file(directory, "freezer.state", wanted, "freeze the container");
        if (Clock::now() > deadline)
            throw Failure{ErrorCode::timed_out, "the container's processes do not freeze"};
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
}

bool Group::is_frozen() const
{
    if (hierarchies().is_unified())
        return kernel::read_cgroup_file(open_directory(directory_of({})), "cgroup.freeze") == "1";
    return kernel::read_cgroup_file(open_directory(directory_of("freezer")), "freezer.state") != "THAWED" &&
           !directory_of("freezer").empty() && ::access(directory_of("freezer").c_str(), F_OK) == 0;
}

std::string Group::read(const std::string& file) const
{
    const std::string path = directory_of(file.substr(0, file.find('.')));
    return path.empty() ? "" : kernel::read_cgroup_file(open_directory(path), file);
}

void Group::remove() const
{
    const auto deadline = Clock::now() + patience;
    for (const std::string& directory : directories())
        remove_below(directory, deadline);
}

} // namespace slipway::cgroupfs
