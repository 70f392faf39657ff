// SPDX-License-Identifier: LGPL-2.1-or-later
// HostDoor: the helper's side and the asking side.
#include "sandbox/host_door.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/packet.hpp"
#include "kernel/child.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sched.h>
#include <sstream>
#include <sys/syscall.h>

namespace slipway::sandbox {

namespace {

// Directories that the kernel made to be mounted on, and which hide nothing.
bool is_meant_for_mounts(const std::string& place)
{
    static constexpr std::array places{
        "/proc/fs/nfsd",      "/proc/sys/fs/binfmt_misc", "/sys/firmware/efi/efivars", "/sys/fs/",
        "/sys/kernel/config", "/sys/kernel/debug",        "/sys/kernel/security",      "/sys/kernel/tracing"};
    return std::any_of(places.begin(), places.end(),
                       [&place](const char* known) { return place.starts_with(known); });
}

// proc(5): the fifth field is where, the field after " - " what.
bool are_parts_hidden()
{
    std::istringstream lines{read_file("/proc/self/mountinfo")};
    bool is_sysfs_whole = false;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields{line};
        std::string skipped;
        std::string root;
        std::string place;
        fields >> skipped >> skipped >> skipped >> root >> place;
        if (place == "/sys" && root == "/" && line.find(" - sysfs ") != std::string::npos)
            is_sysfs_whole = true;
        else if ((place.starts_with("/proc/") || place.starts_with("/sys/")) && !is_meant_for_mounts(place))
            return true;
    }
    return !is_sysfs_whole;
}

// In the helper.
kernel::MountFd mount_for(const Json& wish, const std::vector<Fd>& descriptors)
{
    const auto type = wish.at("type").get<std::string>();
    kernel::MountParameters parameters;
    for (const Json& row : wish.at("parameters"))
        parameters.emplace_back(row.at(0).text(), row.at(1).text());
    const auto attributes = wish.at("attributes").get<std::uint64_t>();
    kernel::MountFd mount;
    if (type == "sysfs") {
        const std::string path = "/proc/" + std::to_string(::getppid()) + "/ns/net";
        const Fd network{check(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path)};
        check(::setns(network.number(), CLONE_NEWNET), "join the network namespace");
        mount = kernel::make_mount(type, type, parameters, attributes);
    } else {
        check(::setns(descriptors.at(0).number(), CLONE_NEWPID), "join the PID namespace");
        kernel::run_in_child([&] { mount = kernel::make_mount(type, type, parameters, attributes); });
    }
    return mount;
}

void keep_only(int descriptor)
{
    const auto kept = static_cast<unsigned>(descriptor);
    ::syscall(SYS_close_range, 0U, kept - 1, 0U);
    ::syscall(SYS_close_range, kept + 1, ~0U, 0U);
}

void serve(const Fd& socket) noexcept
{
    try {
        while (std::optional<Packet> packet = receive_packet(socket.number())) {
            try {
                const kernel::MountFd mount = mount_for(parse_json(packet->text), packet->descriptors);
                send_packet(socket.number(), "made", {mount.number()});
            } catch (const std::exception& failure) {
                send_packet(socket.number(), failure.what());
            }
        }
    } catch (const std::exception&) {
        return; // nobody is left to tell
    }
}

} // namespace

HostDoor HostDoor::open_if_needed()
{
    HostDoor door;
    if (!are_parts_hidden())
        return door;
    FdPair ends = make_packet_pair();
    kernel::Helper helper{0, [&ends] {
                              keep_only(ends.second.number());
                              serve(ends.second);
                          }};
    helper.detach();
    door.socket_ = std::move(ends.first);
    return door;
}

kernel::MountFd HostDoor::make_mount(const std::string& type, const kernel::MountParameters& parameters,
                                     std::uint64_t attributes) const
{
    Json rows = Json::array();
    for (const auto& [name, value] : parameters)
        rows.push_back(Json::array({name, value}));
    const Json wish{{"type", type}, {"parameters", rows}, {"attributes", attributes}};
    const Fd self{static_cast<int>(check(::syscall(SYS_pidfd_open, ::getpid(), 0), "find this process"))};
    send_packet(socket_.number(), json_text(wish), {self.number()});
    std::optional<Packet> answer = receive_packet(socket_.number());
    if (!answer || answer->descriptors.empty())
        throw Failure{ErrorCode::start_failed,
                      answer ? answer->text : "mount " + type + ": the helper has ended"};
    return std::move(answer->descriptors.front());
}

} // namespace slipway::sandbox
