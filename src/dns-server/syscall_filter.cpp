// SPDX-License-Identifier: LGPL-2.1-or-later
// The filter of system calls: an allow list with conditions, compiled by libseccomp.
#include "dns-server/syscall_filter.hpp"

#include "base/failure.hpp"

#include <seccomp.h>

#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

namespace slipway::dns_server {

namespace {

struct Release {
    void operator()(void* filter) const noexcept { ::seccomp_release(filter); }
};

constexpr const char* allowed[] = {
    // Files that are read, and what is said to the journal.
    "read",
    "pread64",
    "write",
    "writev",
    "close",
    "fcntl",
    "fstat",
    "newfstatat",
    "statx",
    "stat",
    // Waiting.
    "poll",
    "ppoll",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "timerfd_create",
    "timerfd_settime",
    // Sockets.
    "connect",
    "accept4",
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
    // Memory, time, chance, the end.
    "brk",
    "munmap",
    "mremap",
    "madvise",
    "futex",
    "sched_yield",
    "clock_gettime",
    "gettimeofday",
    "getrandom",
    "getpid",
    "gettid",
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

// One allow list in the making.
class AllowList {
  public:
    AllowList() : filter_{::seccomp_init(SCMP_ACT_ERRNO(EPERM))}
    {
        check(filter_ ? 0 : -1, "make a filter of system calls");
    }

    template <typename... Conditions>
    void allow(const char* name, Conditions... conditions)
    {
        const int number = ::seccomp_syscall_resolve_name(name);
        // Not every architecture has every call.
        if (number == __NR_SCMP_ERROR)
            return;
        const int result =
            ::seccomp_rule_add(filter_.get(), SCMP_ACT_ALLOW, number, sizeof...(conditions), conditions...);
        check_negative(result == -EDOM ? 0 : result, "allow the system call", name);
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
    AllowList list;
    for (const char* name : allowed)
        list.allow(name);
    // The log of names and the host's resolv.conf; nothing is written.
    for (const char* name : {"open", "openat"})
        list.allow(name, masked(name[4] == '\0' ? 1 : 2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY));
    for (const scmp_datum_t family : {AF_INET, AF_INET6})
        list.allow("socket", equal(0, family));
    // Which interface a link-local name server is on.
    list.allow("ioctl", equal(1, SIOCGIFINDEX));
    for (const char* name : {"mmap", "mprotect"})
        list.allow(name, masked(2, PROT_EXEC, 0));
    list.load();
}

} // namespace slipway::dns_server
