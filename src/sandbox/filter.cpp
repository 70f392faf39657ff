// SPDX-License-Identifier: LGPL-2.1-or-later
// The first system call filter, built by libseccomp.
#include "sandbox/filter.hpp"

#include "base/failure.hpp"

#include <seccomp.h>

#include <array>
#include <linux/sched.h>
#include <string>

namespace slipway::sandbox {

namespace {

// Calls that change the host, look into other processes' kernel state, or were the way out of a container.
constexpr std::array denied{
    "acct",
    "add_key",
    "bpf",
    "clock_adjtime",
    "clock_settime",
    "create_module",
    "delete_module",
    "finit_module",
    "fsconfig",
    "fsmount",
    "fsopen",
    "fspick",
    "init_module",
    "ioperm",
    "iopl",
    "kexec_file_load",
    "kexec_load",
    "keyctl",
    "lookup_dcookie",
    "mount",
    "mount_setattr",
    "move_mount",
    "move_pages",
    "nfsservctl",
    "open_by_handle_at",
    "open_tree",
    "perf_event_open",
    "pivot_root",
    "process_vm_readv",
    "process_vm_writev",
    "quotactl",
    "quotactl_fd",
    "reboot",
    "request_key",
    "setns",
    "settimeofday",
    "swapoff",
    "swapon",
    "sysfs",
    "syslog",
    "umount2",
    "unshare",
    "uselib",
    "userfaultfd",
    "ustat",
    "vhangup",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
};

} // namespace

Filter::Filter() : context_{seccomp_init(SCMP_ACT_ALLOW)}
{
    if (context_ == nullptr)
        throw Failure{ErrorCode::not_supported, "cannot make a system call filter"};
    for (const char* name : denied) {
        const int call = seccomp_syscall_resolve_name(name);
        if (call == __NR_SCMP_ERROR)
            continue;
        check_negative(seccomp_rule_add(context_, SCMP_ACT_ERRNO(EPERM), call, 0), "deny the system call",
                       name);
    }
    // New namespaces by clone(2); clone3(2), whose flags a filter cannot see, is unknown, and libraries fall
    // back.
    check_negative(seccomp_rule_add(context_, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                                    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER)),
                   "deny the system call", "clone");
    check_negative(seccomp_rule_add(context_, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0),
                   "deny the system call", "clone3");
}

Filter::~Filter()
{
    seccomp_release(context_);
}

void Filter::load() const
{
    check_negative(seccomp_load(context_), "load the system call filter");
}

} // namespace slipway::sandbox
