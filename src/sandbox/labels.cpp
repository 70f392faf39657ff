// SPDX-License-Identifier: LGPL-2.1-or-later
// Labels: proc_pid_attr(5).
#include "sandbox/labels.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"

#include <fcntl.h>

namespace slipway::sandbox {

namespace {

// "Y" where the module is on.
bool has_apparmor()
{
    try {
        return read_file("/sys/module/apparmor/parameters/enabled", 16).starts_with('Y');
    } catch (const Failure&) {
        return false;
    }
}

bool has_selinux()
{
    return ::access("/sys/fs/selinux/status", F_OK) == 0;
}

} // namespace

Labels::Labels(const oci::Process& process, const Fd& proc) : process_{&process}
{
    constexpr int flags = O_WRONLY | O_CLOEXEC | O_NOCTTY;
    if (!process.selinux_label.empty()) {
        if (!has_selinux())
            throw Failure{ErrorCode::not_supported, "process.selinuxLabel: this host has no SELinux"};
        selinux_ =
            Fd{check(::openat(proc.number(), "self/attr/exec", flags), "open", "/proc/self/attr/exec")};
    }
    if (!process.apparmor_profile.empty()) {
        if (!has_apparmor())
            throw Failure{ErrorCode::not_supported, "process.apparmorProfile: this host has no AppArmor"};
        // Linux 5.8 has a place for each module.
        apparmor_ = Fd{::openat(proc.number(), "self/attr/apparmor/exec", flags)};
        if (!apparmor_)
            apparmor_ =
                Fd{check(::openat(proc.number(), "self/attr/exec", flags), "open", "/proc/self/attr/exec")};
    }
}

void Labels::take() const
{
    if (selinux_)
        write_all(selinux_.number(), process_->selinux_label, "process.selinuxLabel");
    if (apparmor_)
        write_all(apparmor_.number(), "exec " + process_->apparmor_profile, "process.apparmorProfile");
}

} // namespace slipway::sandbox
