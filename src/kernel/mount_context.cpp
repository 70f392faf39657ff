// SPDX-License-Identifier: LGPL-2.1-or-later
// MountContext: one call each, and what the kernel says to it.
#include "kernel/mount_context.hpp"

#include "base/failure.hpp"

#include <sys/mount.h>

namespace slipway::kernel {

MountContext::MountContext(std::string type)
    : type_{std::move(type)}, context_{check(::fsopen(type_.c_str(), FSOPEN_CLOEXEC), "open the file system",
                                             type_)}
{
}

std::string MountContext::complaint()
{
    std::string message(512, '\0');
    const int error = errno;
    const ssize_t count = ::read(context_.number(), message.data(), message.size());
    errno = error;
    if (count <= 2 || message[0] != 'e')
        return {};
    message.resize(static_cast<std::size_t>(count));
    return " (" + message.substr(2) + ")";
}

void MountContext::configure(unsigned command, const char* key, const char* value)
{
    if (::fsconfig(context_.number(), command, key, value, 0) < 0)
        throw errno_failure(errno, "mount " + type_ + ": set", (key == nullptr ? "all" : key) + complaint());
}

void MountContext::set(const std::string& key, const std::string& value)
{
    if (value.empty())
        configure(FSCONFIG_SET_FLAG, key.c_str(), nullptr);
    else
        configure(FSCONFIG_SET_STRING, key.c_str(), value.c_str());
}

void MountContext::set_directory(const std::string& key, const Fd& directory)
{
    if (takes_descriptors_ &&
        ::fsconfig(context_.number(), FSCONFIG_SET_FD, key.c_str(), nullptr, directory.number()) == 0)
        return;
    if (takes_descriptors_)
        static_cast<void>(complaint()); // is not the next failure's
    takes_descriptors_ = false;
    set(key, "/proc/self/fd/" + std::to_string(directory.number()));
}

MountFd MountContext::finish(std::uint64_t attributes)
{
    configure(FSCONFIG_CMD_CREATE, nullptr, nullptr);
    return MountFd{check(::fsmount(context_.number(), FSMOUNT_CLOEXEC, static_cast<unsigned>(attributes)),
                         "mount", type_)};
}

} // namespace slipway::kernel
