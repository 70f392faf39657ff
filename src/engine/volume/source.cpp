// SPDX-License-Identifier: LGPL-2.1-or-later
// VolumeSource: the words of fstab(5) sorted by libmount into what is the mount's, the file system's and
// mount(8)'s.
#include "base/failure.hpp"
#include "engine/volume/settings.hpp"

#include <libmount/libmount.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <sys/mount.h>
#include <sys/socket.h>

namespace slipway::engine {

namespace {

struct Free {
    void operator()(char* text) const noexcept { std::free(text); } // NOLINT: libmount allocates with malloc
};
using Text = std::unique_ptr<char, Free>;

// What each mount may have for itself; the rest of mount(8)'s own words are of the file system as a whole.
constexpr std::array<std::string_view, 12> words_of_a_mount{
    "nosuid",  "suid",  "nodev",      "dev",      "noexec",   "exec",
    "noatime", "atime", "nodiratime", "diratime", "relatime", "nosymfollow"};

Failure invalid(const std::string& message)
{
    return Failure{ErrorCode::invalid_argument, message};
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs pairs_of(const char* options)
{
    Pairs pairs;
    const Text copy{options == nullptr ? nullptr : ::strdup(options)};
    char* rest = copy.get();
    char* name = nullptr;
    char* value = nullptr;
    std::size_t name_size = 0;
    std::size_t value_size = 0;
    while (rest != nullptr && ::mnt_optstr_next_option(&rest, &name, &name_size, &value, &value_size) == 0)
        pairs.emplace_back(std::string{name, name_size},
                           value == nullptr ? std::string{} : std::string{value, value_size});
    return pairs;
}

void sort_options(VolumeSource& source, const std::string& options, bool& is_bind)
{
    char* user = nullptr;
    char* vfs = nullptr;
    char* fs = nullptr;
    const int result = ::mnt_split_optstr(options.c_str(), &user, &vfs, &fs, 0, 0);
    const Text owned_user{user};
    const Text owned_vfs{vfs};
    const Text owned_fs{fs};
    if (result < 0)
        throw invalid("not mount options: '" + options + "'");
    for (const auto& [name, value] : pairs_of(vfs)) {
        if (name == "bind" || name == "rbind")
            is_bind = true;
        else if (std::find(words_of_a_mount.begin(), words_of_a_mount.end(), name) != words_of_a_mount.end())
            source.options.push_back(name);
        else if (name == "ro")
            source.parameters.emplace_back("ro", "");
        else if (name == "sync" || name == "dirsync" || name == "lazytime" || name == "mand")
            source.parameters.emplace_back(name, value);
        else if (name != "rw" && name != "async")
            throw invalid("the mount option '" + name + "' is not for a volume");
    }
    for (const auto& [name, value] : pairs_of(user)) {
        if (name == "loop" && value.empty())
            source.is_loop = true;
        else if (name == "loop" || name == "offset" || name == "sizelimit")
            throw Failure{ErrorCode::not_supported, "the mount option '" + name +
                                                        "=…' is not supported: a volume takes a whole file, "
                                                        "by whatever loop device is free"};
        // "_netdev", "x-systemd.…", "comment=…" are for other readers of fstab.
    }
    for (const auto& [name, value] : pairs_of(fs))
        source.parameters.emplace_back(name, value);
}

std::string address_of(const std::string& server)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(server.c_str(), nullptr, &hints, &found);
    if (error != 0)
        throw Failure{ErrorCode::invalid_mount, "the server " + server + ": " + ::gai_strerror(error) +
                                                    " (o=addr=ADDRESS says where it is)"};
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned{found, &::freeaddrinfo};
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(found->ai_addr, found->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) != 0)
        throw Failure{ErrorCode::invalid_mount, "the server " + server + " has no address"};
    return text.data();
}

} // namespace

std::optional<VolumeSource> find_source(const std::map<std::string, std::string>& options)
{
    VolumeSource source;
    std::string words;
    for (const auto& [key, value] : options) {
        if (key == "type")
            source.type = value;
        else if (key == "device")
            source.device = value;
        else if (key == "o")
            words = value;
        else if (key != "size")
            throw Failure{ErrorCode::unknown_option,
                          "unknown option '" + key + "' of a volume (known here: device, o, size, type)"};
    }
    size_limit(options);
    bool is_bind = false;
    sort_options(source, words, is_bind);
    if (source.type.empty() && source.device.empty()) {
        if (!words.empty())
            throw invalid("mount options (o=…) want type=… and device=…");
        return std::nullopt;
    }
    if (options.contains("size"))
        throw invalid("size=… limits a volume of the store; one with a device has the device's size");
    if (source.type == "tmpfs")
        throw Failure{ErrorCode::not_supported,
                      "a volume of type tmpfs is not supported: --tmpfs gives a container memory of its own"};
    if (source.device.empty())
        throw invalid("type=" + source.type + " wants device=…");
    if (is_bind || source.type == "bind" || source.type == "none") {
        if (!is_bind && source.type == "none")
            throw invalid("type=none wants o=bind");
        if (!source.device.starts_with('/') || source.is_loop)
            throw invalid("the device of a bind is an absolute path, not '" + source.device + "'");
        source.type = "bind";
    }
    if (source.type.empty())
        throw invalid("device=… wants type=…, such as ext4, nfs4, or none with o=bind");
    return source;
}

void resolve(VolumeSource& source)
{
    if (source.type == "nfs" || source.type == "nfs4") {
        const auto is_address = [](const auto& parameter) { return parameter.first == "addr"; };
        const auto found = std::find_if(source.parameters.begin(), source.parameters.end(), is_address);
        if (found != source.parameters.end())
            found->second = address_of(found->second);
        else if (const std::size_t colon = source.device.rfind(":/"); colon != std::string::npos)
            source.parameters.emplace_back("addr", address_of(source.device.substr(0, colon)));
        return;
    }
    if (source.type == "bind" || source.device.starts_with('/'))
        return;
    const Text path{::mnt_resolve_spec(source.device.c_str(), nullptr)};
    if (!path || *path.get() != '/')
        return; // a file system may have names of its own: "server:/share", "overlay"
    source.device = path.get();
}

} // namespace slipway::engine
