// SPDX-License-Identifier: LGPL-2.1-or-later
// Sysctls and clock offsets.
#include "sandbox/sysctls.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <fcntl.h>

namespace slipway::sandbox {

namespace {

// "net.ipv4.ip_forward" as "sys/net/ipv4/ip_forward"; with a slash as the first separator a dot is a dot
// (sysctl(8)).
std::string path_of(std::string name)
{
    const std::size_t first = name.find_first_of("./");
    if (first != std::string::npos && name[first] == '.')
        for (char& letter : name)
            letter = letter == '.' ? '/' : letter == '/' ? '.' : letter;
    return "sys/" + name;
}

} // namespace

void set_sysctls(const oci::Linux& settings, const Fd& proc)
{
    for (const auto& [name, value] : settings.sysctl) {
        const std::string path = path_of(name);
        const std::string place = "linux.sysctl." + name;
        if (path.find("..") != std::string::npos)
            throw Failure{ErrorCode::invalid_argument, place + ": is no sysctl"};
        const Fd file{::openat(proc.number(), path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW)};
        if (!file && errno == ENOENT)
            throw Failure{ErrorCode::invalid_argument, place + ": this kernel has none such"};
        check(file.number(), place + ": open", path);
        check(::write(file.number(), value.data(), value.size()), place + ": write", value);
    }
}

void set_time_offsets(const oci::Linux& settings, const Fd& proc)
{
    if (settings.time_offsets.empty())
        return;
    std::string text;
    for (const auto& [clock, offset] : settings.time_offsets)
        text += clock + " " + std::to_string(offset.secs) + " " + std::to_string(offset.nanosecs) + "\n";
    const Fd file{check(::openat(proc.number(), "self/timens_offsets", O_WRONLY | O_CLOEXEC),
                        "linux.timeOffsets: open /proc/self/timens_offsets")};
    check(::write(file.number(), text.data(), text.size()), "linux.timeOffsets: write");
}

} // namespace slipway::sandbox
