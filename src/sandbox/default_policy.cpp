// SPDX-License-Identifier: LGPL-2.1-or-later
// The default seccomp policy, by what the calls do. Names of other architectures count for nothing where they
// are not known.
#include "sandbox/default_policy.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sstream>
#include <string_view>
#include <sys/personality.h>
#include <sys/socket.h>

namespace slipway::sandbox {

namespace {

// Files by name; descriptors; memory; processes, threads and signals; users and groups; time; sockets and
// System V IPC.
constexpr std::string_view always = R"(
access chdir chmod chown chown32 creat faccessat faccessat2 fchmodat fchmodat2 fchownat fstatat64
futimesat getcwd getxattr getxattrat lchown lchown32 lgetxattr link linkat listxattr listxattrat
llistxattr lremovexattr lsetxattr lstat lstat64 mkdir mkdirat mknod mknodat name_to_handle_at
newfstatat oldfstat oldlstat oldstat open openat openat2 readlink readlinkat removexattr
removexattrat rename renameat renameat2 rmdir setxattr setxattrat stat stat64 statfs statfs64 statx
symlink symlinkat truncate truncate64 unlink unlinkat utime utimensat utimensat_time64 utimes
_llseek _newselect cachestat close close_range copy_file_range dup dup2 dup3 epoll_create
epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd
eventfd2 fadvise64 fadvise64_64 fallocate fanotify_mark fchdir fchmod fchown fchown32 fcntl fcntl64
fdatasync fgetxattr file_getattr flistxattr flock fremovexattr fsetxattr fstat fstat64 fstatfs
fstatfs64 fsync ftruncate ftruncate64 getdents getdents64 inotify_add_watch inotify_init
inotify_init1 inotify_rm_watch ioctl lseek pipe pipe2 poll ppoll ppoll_time64 pread64 preadv preadv2
pselect6 pselect6_time64 pwrite64 pwritev pwritev2 read readahead readdir readv select sendfile
sendfile64 signalfd signalfd4 splice sync sync_file_range sync_file_range2 syncfs tee timerfd_create
timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 umask vmsplice write writev
io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit
brk cacheflush get_mempolicy madvise map_shadow_stack memfd_create memfd_secret mincore mlock mlock2
mlockall mmap mmap2 mprotect mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free
pkey_mprotect process_madvise process_mrelease remap_file_pages
alarm arch_prctl arm_fadvise64_64 arm_sync_file_range breakpoint capget capset execve execveat exit
exit_group fork futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake get_robust_list
get_thread_area getcpu getpgid getpgrp getpid getppid getpriority getrandom getrlimit getrusage
getsid gettid ioprio_get ioprio_set kill landlock_add_rule landlock_create_ruleset
landlock_restrict_self lsm_get_self_attr lsm_list_modules membarrier modify_ldt nanosleep nice pause
pidfd_open pidfd_send_signal pidfd_getfd prctl prlimit64 ptrace restart_syscall riscv_flush_icache
riscv_hwprobe rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn
rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo s390_pci_mmio_read
s390_runtime_instr sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr
sched_getparam sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64
sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield seccomp
set_robust_list set_thread_area set_tid_address set_tls setpgid setpriority setrlimit setsid
sgetmask sigaction sigaltstack signal sigpending sigprocmask sigreturn sigsuspend ssetmask
swapcontext switch_endian tgkill time times tkill ugetrlimit uname olduname oldolduname uretprobe
vfork wait4 waitid waitpid
getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getresgid getresgid32
getresuid getresuid32 getuid getuid32 setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32
setgroups setgroups32 setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid
setreuid32 setuid setuid32
adjtimex clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime
clock_gettime64 clock_nanosleep clock_nanosleep_time64 getitimer gettimeofday setitimer timer_create
timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64
accept accept4 bind connect getpeername getsockname getsockopt ipc listen mq_getsetattr mq_notify
mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink msgctl
msgget msgrcv msgsnd recv recvfrom recvmmsg recvmmsg_time64 recvmsg semctl semget semop semtimedop
semtimedop_time64 send sendmmsg sendmsg sendto setsockopt shmat shmctl shmdt shmget shutdown
socketcall socketpair sysinfo
)";

// The host's, the kernel's, or somebody else's.
constexpr std::string_view never = R"(
add_key create_module delete_module finit_module get_kernel_syms init_module io_uring_enter
io_uring_register io_uring_setup kexec_file_load kexec_load keyctl lookup_dcookie nfsservctl
pciconfig_iobase pciconfig_read pciconfig_write query_module request_key rtas s390_pci_mmio_write
spu_create spu_run swapoff swapon sysfs subpage_prot uselib userfaultfd ustat vm86 vm86old _sysctl
bdflush sys_debug_setcontext
)";

struct ByCapability {
    unsigned capability;
    std::string_view calls;
};

constexpr std::array by_capability{
    ByCapability{
        CAP_SYS_ADMIN,
        R"(fanotify_init fsconfig fsmount fsopen fspick listmount lsm_set_self_attr mount mount_setattr move_mount open_tree open_tree_attr pivot_root quotactl quotactl_fd setdomainname sethostname setns statmount umount umount2 unshare file_setattr bpf perf_event_open syslog)"},
    ByCapability{CAP_BPF, "bpf"},
    ByCapability{CAP_PERFMON, "perf_event_open"},
    ByCapability{CAP_SYS_BOOT, "reboot"},
    ByCapability{CAP_SYS_CHROOT, "chroot"},
    ByCapability{CAP_SYS_NICE, "mbind migrate_pages move_pages set_mempolicy set_mempolicy_home_node"},
    ByCapability{CAP_SYS_PACCT, "acct"},
    ByCapability{CAP_SYS_PTRACE, "kcmp process_vm_readv process_vm_writev"},
    ByCapability{CAP_SYS_RAWIO, "ioperm iopl"},
    ByCapability{CAP_SYS_TIME, "clock_settime clock_settime64 settimeofday stime"},
    ByCapability{CAP_SYS_TTY_CONFIG, "vhangup"},
    ByCapability{CAP_SYSLOG, "syslog"},
    ByCapability{CAP_DAC_READ_SEARCH, "open_by_handle_at"},
};

// Namespaces within a container are made with a capability only: each was the way to a hole in the kernel.
constexpr std::array<std::uint64_t, 7> namespace_flags{
    CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET};

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    std::istringstream stream{std::string{text}};
    for (std::string word; stream >> word;)
        words.push_back(word);
    return words;
}

bool has(std::uint64_t bounding, unsigned capability)
{
    return (bounding >> capability & 1U) != 0;
}

oci::SeccompRule rule(std::vector<std::string> names, oci::SeccompAction action)
{
    oci::SeccompRule made;
    made.names = std::move(names);
    made.action = action;
    return made;
}

oci::SeccompRule rule(std::string name, oci::SeccompAction action, oci::SeccompArgument argument)
{
    oci::SeccompRule made = rule(std::vector<std::string>{std::move(name)}, action);
    made.args.push_back(argument);
    return made;
}

void add_clone(oci::Seccomp& policy, std::uint64_t bounding)
{
    if (has(bounding, CAP_SYS_ADMIN)) {
        policy.syscalls.push_back(rule({"clone", "clone3"}, oci::SeccompAction::allow));
        return;
    }
#if defined(__s390__) || defined(__s390x__)
    constexpr std::uint32_t flags_index = 1; // clone(2), "C library/kernel differences"
#else
    constexpr std::uint32_t flags_index = 0;
#endif
    // clone3(2) has its flags in memory, which a filter cannot see: it is unknown, and libraries take
    // clone(2).
    std::uint64_t all_flags = 0;
    for (const std::uint64_t flag : namespace_flags) {
        all_flags |= flag;
        policy.syscalls.push_back(rule("clone", oci::SeccompAction::error,
                                       {flags_index, flag, flag, oci::SeccompOperator::masked_equal}));
    }
    policy.syscalls.push_back(rule("clone", oci::SeccompAction::allow,
                                   {flags_index, all_flags, 0, oci::SeccompOperator::masked_equal}));
}

void add_personality(oci::Seccomp& policy)
{
    // The question, and the personalities of today's binaries: no other switches mitigations off.
    constexpr std::uint64_t question = 0xFFFFFFFF;
    constexpr std::uint64_t old_release = UNAME26;
    for (const std::uint64_t value : {std::uint64_t{PER_LINUX}, std::uint64_t{PER_LINUX32}, old_release,
                                      PER_LINUX32 | old_release, question})
        policy.syscalls.push_back(
            rule("personality", oci::SeccompAction::allow, {0, value, 0, oci::SeccompOperator::equal}));
}

void add_socket(oci::Seccomp& policy)
{
    // AF_VSOCK reaches the hypervisor past every namespace; AF_ALG is the kernel's cryptography, a wide door
    // for little use.
    static_assert(AF_ALG + 2 == AF_VSOCK && AF_ALG + 1 == AF_NFC);
    using oci::SeccompAction;
    using oci::SeccompOperator;
    policy.syscalls.push_back(rule("socket", SeccompAction::allow, {0, AF_ALG, 0, SeccompOperator::less}));
    policy.syscalls.push_back(rule("socket", SeccompAction::error, {0, AF_ALG, 0, SeccompOperator::equal}));
    policy.syscalls.push_back(rule("socket", SeccompAction::allow, {0, AF_NFC, 0, SeccompOperator::equal}));
    policy.syscalls.push_back(rule("socket", SeccompAction::error, {0, AF_VSOCK, 0, SeccompOperator::equal}));
    policy.syscalls.push_back(
        rule("socket", SeccompAction::allow, {0, AF_VSOCK, 0, SeccompOperator::greater}));
}

} // namespace

oci::Seccomp default_policy(std::uint64_t bounding)
{
    oci::Seccomp policy;
    policy.default_action = oci::SeccompAction::error;
    policy.default_errno_ret = ENOSYS;
#if defined(__x86_64__)
    policy.architectures = {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"};
#elif defined(__aarch64__)
    policy.architectures = {"SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"};
#endif
    std::vector<std::string> allowed = words_of(always);
    std::vector<std::string> denied = words_of(never);
    for (const ByCapability& row : by_capability)
        for (const std::string& call : words_of(row.calls))
            (has(bounding, row.capability) ? allowed : denied).push_back(call);
    // Of two capabilities that both give a call one is enough.
    std::erase_if(denied, [&allowed](const std::string& call) {
        return std::find(allowed.begin(), allowed.end(), call) != allowed.end();
    });
    policy.syscalls.push_back(rule(std::move(allowed), oci::SeccompAction::allow));
    policy.syscalls.push_back(rule(std::move(denied), oci::SeccompAction::error));
    add_clone(policy, bounding);
    add_personality(policy);
    add_socket(policy);
    return policy;
}

} // namespace slipway::sandbox
