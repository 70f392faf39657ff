// SPDX-License-Identifier: LGPL-2.1-or-later
// Security wishes, understood.
#include "engine/container/security.hpp"

#include "base/failure.hpp"
#include "oci/capability_names.hpp"
#include "oci/cdi_name.hpp"
#include "oci/docker_seccomp.hpp"

#include <algorithm>
#include <cstdio>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>

namespace slipway::engine {

namespace {

[[noreturn]] void refuse(const std::string& message)
{
    throw Failure{ErrorCode::invalid_argument, message};
}

UserNamespace user_namespace_of(const SecurityWish& wish)
{
    const std::string& word = wish.user_namespace;
    if (word.empty() && wish.is_privileged)
        return UserNamespace::host;
    if (word.empty() || word == "auto")
        return UserNamespace::own;
    if (word == "keep")
        return UserNamespace::keep;
    if (word == "host")
        return UserNamespace::host;
    refuse("UserNamespace: is auto, keep or host, not '" + word + "'");
}

// "chown", "CAP_CHOWN" and the like.
std::string capability_of(const std::string& word)
{
    std::string name = word;
    for (char& letter : name)
        letter = static_cast<char>(letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter);
    if (!name.starts_with("CAP_"))
        name.insert(0, "CAP_");
    if (name != "CAP_ALL" && !oci::find_capability(name))
        refuse("no capability '" + word + "' (see capabilities(7))");
    return name;
}

std::vector<std::string> capabilities_of(const SecurityWish& wish)
{
    std::vector<std::string> names = default_capabilities();
    if (wish.is_privileged)
        names = all_capabilities();
    for (const std::string& word : wish.dropped_capabilities) {
        const std::string name = capability_of(word);
        std::erase_if(names,
                      [&name](const std::string& other) { return name == "CAP_ALL" || other == name; });
    }
    for (const std::string& word : wish.added_capabilities) {
        const std::string name = capability_of(word);
        if (name == "CAP_ALL")
            names.assign(oci::capability_names.begin(), oci::capability_names.end());
        else if (std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    }
    return names;
}

oci::Seccomp seccomp_of(const std::string& profile, const std::vector<std::string>& capabilities)
{
    utsname kernel{};
    ::uname(&kernel);
    oci::SeccompPlace place;
    place.capabilities = {capabilities.begin(), capabilities.end()};
    place.architecture = oci::docker_architecture(static_cast<const char*>(kernel.machine));
    if (std::sscanf(static_cast<const char*>(kernel.release), "%u.%u", &place.kernel_major, // NOLINT: checked
                    &place.kernel_minor) != 2)
        place.kernel_major = 0;
    oci::Seccomp policy = oci::parse_docker_seccomp(profile, place).value();
    if (!policy.listener_path.empty())
        refuse("seccomp.listenerPath: slipway's own containers have no listener (slipway-oci has)");
    return policy;
}

void add_device(const std::string& wish, Security& security)
{
    if (oci::cdi::parse_name(wish)) {
        security.cdi_devices.push_back(wish);
        return;
    }
    const std::size_t first = wish.find(':');
    const std::size_t second = first == std::string::npos ? first : wish.find(':', first + 1);
    const std::string host = wish.substr(0, first);
    std::string path = first == std::string::npos ? host : wish.substr(first + 1, second - first - 1);
    std::string access = second == std::string::npos ? "rwm" : wish.substr(second + 1);
    // "HOST:rwm" leaves the middle out.
    if (second == std::string::npos && !path.empty() && path.find_first_not_of("rwm") == std::string::npos) {
        access = path;
        path = host;
    }
    if (access.empty() || access.find_first_not_of("rwm") != std::string::npos)
        refuse("device " + wish + ": access is made of r, w and m");
    if (host.empty() || path.empty() || path.front() != '/')
        refuse("device " + wish +
               ": a device is HOST[:CONTAINER[:rwm]], with absolute paths, or a CDI device "
               "(vendor.com/class=name)");
    struct stat status {};
    if (::stat(host.c_str(), &status) < 0)
        refuse(errno_failure(errno, "device", host).message());
    if (!S_ISCHR(status.st_mode) && !S_ISBLK(status.st_mode))
        refuse("device " + host + ": is no device");
    oci::Device device;
    device.type = S_ISBLK(status.st_mode) ? oci::DeviceType::block : oci::DeviceType::character;
    device.path = path;
    device.major = major(status.st_rdev);
    device.minor = minor(status.st_rdev);
    device.file_mode = status.st_mode & 0777;
    security.devices.push_back(std::move(device));
    security.device_rules.push_back(host + " " + access);
}

} // namespace

const std::vector<std::string>& default_capabilities()
{
    // Own files, own users, low ports, own processes.
    static const std::vector<std::string> names{
        "CAP_CHOWN",      "CAP_DAC_OVERRIDE", "CAP_FOWNER",  "CAP_FSETID",           "CAP_KILL",
        "CAP_SETGID",     "CAP_SETUID",       "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SETFCAP",
        "CAP_SYS_CHROOT",
    };
    return names;
}

std::vector<std::string> all_capabilities()
{
    // A host may itself be a machine that has not got them all.
    std::vector<std::string> names;
    for (std::size_t number = 0; number < oci::capability_names.size(); ++number)
        if (::prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 1)
            names.emplace_back(oci::capability_names[number]);
    return names;
}

Security complete(const SecurityWish& wish)
{
    Security security;
    security.user_namespace = user_namespace_of(wish);
    security.capabilities = capabilities_of(wish);
    security.is_privileged = wish.is_privileged;
    security.has_new_privileges = wish.has_new_privileges || wish.is_privileged;
    security.has_open_system_paths = wish.has_open_system_paths || wish.is_privileged;
    security.is_unconfined = wish.seccomp == "unconfined" || (wish.seccomp.empty() && wish.is_privileged);
    if (!wish.seccomp.empty() && !security.is_unconfined)
        security.seccomp = seccomp_of(wish.seccomp, security.capabilities);
    for (const std::string& device : wish.devices)
        add_device(device, security);
    return security;
}

} // namespace slipway::engine
