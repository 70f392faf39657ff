// SPDX-License-Identifier: LGPL-2.1-or-later
// The filter of system calls: an allow list with conditions, compiled by libseccomp.
#include "transfer/syscall_filter.hpp"

#include "base/failure.hpp"

#include <seccomp.h>

#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <sys/mman.h>
#include <sys/stat.h>

namespace slipway::transfer {

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
    "pwrite64",
    "lseek",
    "poll",
    "ppoll",
    "sendmsg",
    "close",
    "fcntl",
    // The tree. openat2 takes its flags in memory, where a filter cannot see them; only directories are
    // opened by it.
    "openat2",
    "mkdirat",
    "symlinkat",
    "linkat",
    "unlinkat",
    "renameat2",
    "readlinkat",
    "getdents64",
    "fstat",
    "newfstatat",
    "statx",
    "fchown",
    "fchownat",
    "fchmod",
    "fchmodat",
    "fsetxattr",
    "ftruncate",
    "utimensat",
    // Memory, time, the end.
    "brk",
    "munmap",
    "mremap",
    "madvise",
    "futex",
    "clock_gettime",
    "gettimeofday",
    "getrandom",
    "getpid",
    "gettid",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "restart_syscall",
    "exit",
    "exit_group",
#ifdef __SANITIZE_ADDRESS__
    "sigaltstack",
    "prctl",
    "getrlimit",
    "prlimit64",
    "sched_yield",
    "rseq",
    "set_robust_list",
#endif
};

class Filter {
  public:
    Filter() : filter_{::seccomp_init(SCMP_ACT_ERRNO(EPERM))}
    {
        check(filter_ ? 0 : -1, "make a filter of system calls");
    }

    template <typename... Conditions>
    void allow(const char* name, Conditions... conditions)
    {
        const int number = ::seccomp_syscall_resolve_name(name);
        // Not every architecture has every call: newer ones lack poll, for one.
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

} // namespace

void filter_syscalls()
{
    Filter filter;
    for (const char* name : allowed)
        filter.allow(name);
    filter.allow("openat", masked(2, O_CREAT | O_EXCL, O_CREAT | O_EXCL));
    filter.allow("openat", masked(2, O_DIRECTORY, O_DIRECTORY));
    filter.allow("mknodat", masked(2, S_IFMT, S_IFIFO));
    filter.allow("mmap", masked(2, PROT_EXEC, 0));
    filter.allow("mprotect", masked(2, PROT_EXEC, 0));
    filter.load();
}

} // namespace slipway::transfer
