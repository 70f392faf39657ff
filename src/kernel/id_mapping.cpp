// SPDX-License-Identifier: LGPL-2.1-or-later
// ID mappings: uid_map, gid_map and setgroups of proc (user_namespaces(7)).
#include "kernel/id_mapping.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/rights.hpp"
#include "kernel/spawn.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <sys/wait.h>

namespace slipway::kernel {

namespace {

struct Kind {
    const char* file;
    const char* program;
    const char* list;
    const char* noun;
};

constexpr Kind users{"uid_map", "newuidmap", "/etc/subuid", "user"};
constexpr Kind groups{"gid_map", "newgidmap", "/etc/subgid", "group"};

std::string directory_of(pid_t pid)
{
    return "/proc/" + std::to_string(pid) + "/";
}

void write_to(const std::string& path, const std::string& text)
{
    const Fd file{check(::open(path.c_str(), O_WRONLY | O_CLOEXEC), "open", path)};
    // All of it in one write (user_namespaces(7)).
    check(::write(file.number(), text.data(), text.size()), "write the ID mapping", path);
}

void write_mapping(pid_t pid, const Kind& kind, const std::vector<IdRange>& ranges)
{
    std::string text;
    for (const IdRange& range : ranges)
        text += std::to_string(range.inside) + " " + std::to_string(range.outside) + " " +
                std::to_string(range.size) + "\n";
    write_to(directory_of(pid) + kind.file, text);
}

// Not there: empty.
std::string find_program(const char* name)
{
    const char* const variable = ::secure_getenv("PATH");
    const std::string path =
        std::string{variable == nullptr ? "" : variable} + ":/usr/bin:/bin:/usr/sbin:/sbin";
    for (std::size_t begin = 0; begin < path.size();) {
        const std::size_t end = std::min(path.find(':', begin), path.size());
        std::string candidate = path.substr(begin, end - begin) + "/" + name;
        if (candidate.front() == '/' && candidate[1] != '/' && ::access(candidate.c_str(), X_OK) == 0)
            return candidate;
        begin = end + 1;
    }
    return {};
}

std::string words_of(const std::vector<IdRange>& ranges)
{
    std::string text;
    for (const IdRange& range : ranges)
        text +=
            (text.empty() ? "" : ", ") + std::to_string(range.outside) +
            (range.size == 1 ? "" : " to " + std::to_string(std::uint64_t{range.outside} + range.size - 1));
    return text;
}

void map_by_program(pid_t pid, const Kind& kind, const std::vector<IdRange>& ranges)
{
    const std::string program = find_program(kind.program);
    const std::string wish =
        std::string{"mapping the "} + kind.noun + " IDs " + words_of(ranges) + " of the host";
    if (program.empty())
        throw Failure{ErrorCode::not_supported, wish + " needs " + kind.program +
                                                    ", which is not installed (the package uidmap has it)"};
    std::vector<std::string> arguments{kind.program, std::to_string(pid)};
    for (const IdRange& range : ranges)
        for (const std::uint32_t number : {range.inside, range.outside, range.size})
            arguments.push_back(std::to_string(number));
    const Fd nothing{check(::open("/dev/null", O_RDWR | O_CLOEXEC), "open", "/dev/null")};
    FdPair words = make_pipe();
    const Spawned spawned =
        spawn(program, arguments, {"LANG=C.UTF-8"},
              {{nothing.number(), 0}, {words.second.number(), 1}, {words.second.number(), 2}});
    words.second.reset();
    std::string complaint = read_all(words.first.number(), kind.program);
    int status = 0;
    while (::waitpid(spawned.pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return;
    complaint = complaint.substr(0, complaint.find('\n'));
    throw Failure{ErrorCode::access_denied, wish + " is refused (" +
                                                (complaint.empty() ? kind.program : complaint) +
                                                "): are they yours in " + kind.list + "?"};
}

bool is_only(const std::vector<IdRange>& ranges, std::uint32_t id)
{
    return ranges.size() == 1 && ranges.front().size == 1 && ranges.front().outside == id;
}

} // namespace

void map_ids(pid_t pid, const IdRanges& ranges)
{
    const bool is_free = may_map_ids();
    if (is_free || is_only(ranges.uids, ::geteuid()))
        write_mapping(pid, users, ranges.uids);
    else
        map_by_program(pid, users, ranges.uids);
    if (is_free) {
        write_mapping(pid, groups, ranges.gids);
    } else if (is_only(ranges.gids, ::getegid())) {
        // The kernel's price: groups that deny something cannot be dropped.
        write_to(directory_of(pid) + "setgroups", "deny");
        write_mapping(pid, groups, ranges.gids);
    } else {
        map_by_program(pid, groups, ranges.gids);
    }
}

} // namespace slipway::kernel
