// SPDX-License-Identifier: LGPL-2.1-or-later
// The filter of system calls: an allow list with conditions, compiled by libseccomp.
#include "registry-client/syscall_filter.hpp"

#include "base/failure.hpp"

#include <seccomp.h>

#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

namespace slipway::registry_client {

namespace {

struct Release {
    void operator()(void* filter) const noexcept { ::seccomp_release(filter); }
};

constexpr const char* allowed[] = {
    // Bytes and descriptors.
    "read",
    "readv",
    "write",
    "writev",
    "pread64",
    "pwrite64",
    "lseek",
    "ftruncate",
    "close",
    "fcntl",
    "dup",
    "fstat",
    "newfstatat",
    "statx",
    "stat",
    "lstat",
    "access",
    "faccessat",
    "readlink",
    "readlinkat",
    "getdents64",
    "pipe2",
    "memfd_create",
    // Waiting.
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "eventfd2",
    "timerfd_create",
    "timerfd_settime",
    "nanosleep",
    "clock_nanosleep",
    // Sockets. bind: the resolver asks the kernel for its addresses.
    "connect",
    "bind",
    "getsockname",
    "getpeername",
    "getsockopt",
    "setsockopt",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "recvfrom",
    "recvmsg",
    "recvmmsg",
    "shutdown",
    // Memory, threads, time, the end.
    "brk",
    "munmap",
    "mremap",
    "madvise",
    "futex",
    "set_robust_list",
    "rseq",
    "sched_yield",
    "sched_getaffinity",
    "clock_gettime",
    "clock_getres",
    "gettimeofday",
    "time",
    "getrandom",
    "getpid",
    "gettid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "uname",
    "sysinfo",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigaltstack",
    "restart_syscall",
    "tgkill",
    "exit",
    "exit_group",
#ifdef __SANITIZE_ADDRESS__
    "getrlimit",
    "prctl",
#endif
};

class Filter {
  public:
    Filter() : filter_{::seccomp_init(SCMP_ACT_ERRNO(EPERM))}
    {
        check(filter_ ? 0 : -1, "make a filter of system calls");
    }

    template <typename... Conditions>
    void add(std::uint32_t action, const char* name, Conditions... conditions)
    {
        const int number = ::seccomp_syscall_resolve_name(name);
        // Not every architecture has every call.
        if (number == __NR_SCMP_ERROR)
            return;
        const int result =
            ::seccomp_rule_add(filter_.get(), action, number, sizeof...(conditions), conditions...);
        check_negative(result == -EDOM ? 0 : result, "allow the system call", name);
    }
    template <typename... Conditions>
    void allow(const char* name, Conditions... conditions)
    {
        add(SCMP_ACT_ALLOW, name, conditions...);
    }

    void load() { check_negative(::seccomp_load(filter_.get()), "load a filter of system calls"); }

  private:
    std::unique_ptr<void, Release> filter_;
};

// The bits of MASK in argument INDEX have this VALUE.
scmp_arg_cmp masked(unsigned index, scmp_datum_t mask, scmp_datum_t value)
{
    return {index, SCMP_CMP_MASKED_EQ, mask, value};
}

scmp_arg_cmp equal(unsigned index, scmp_datum_t value)
{
    return {index, SCMP_CMP_EQ, value, 0};
}

} // namespace

void filter_syscalls()
{
    Filter filter;
    for (const char* name : allowed)
        filter.allow(name);
    // Files are read only; what is written to has been passed.
    for (const char* name : {"open", "openat"})
        filter.allow(name, masked(name[4] == '\0' ? 1 : 2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY));
    for (const scmp_datum_t family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK})
        filter.allow("socket", equal(0, family));
    filter.allow("socketpair", equal(0, AF_UNIX));
    // A thread resolves names. In clone3's memory a filter sees nothing: the C library takes clone then.
    filter.allow("clone", masked(0, CLONE_THREAD, CLONE_THREAD));
    filter.add(SCMP_ACT_ERRNO(ENOSYS), "clone3");
    filter.allow("prctl", equal(0, PR_SET_NAME));
    filter.allow("prlimit64", equal(2, 0));
    for (const scmp_datum_t request : {FIONBIO, FIONREAD})
        filter.allow("ioctl", equal(1, request));
    // The resolver loads its modules; what can be written cannot be executed.
    for (const char* name : {"mmap", "mprotect"}) {
        filter.allow(name, masked(2, PROT_EXEC, 0));
        filter.allow(name, masked(2, PROT_WRITE, 0));
    }
    filter.load();
}

} // namespace slipway::registry_client
