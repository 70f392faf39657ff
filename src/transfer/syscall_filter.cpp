// SPDX-License-Identifier: LGPL-2.1-or-later
// The filter of system calls: an allow list with conditions, compiled by libseccomp.
#include "transfer/syscall_filter.hpp"

#include "base/failure.hpp"

#include <seccomp.h>

#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace slipway::transfer {

namespace {

struct Release {
    void operator()(void* filter) const noexcept { ::seccomp_release(filter); }
};

#ifdef __s390x__
constexpr unsigned clone_flags_argument = 1;
#else
constexpr unsigned clone_flags_argument = 0;
#endif

constexpr const char* allowed_always[] = {
    // Bytes and descriptors.
    "read",
    "readv",
    "write",
    "writev",
    "pread64",
    "lseek",
    "poll",
    "ppoll",
    "sendmsg",
    "close",
    "fcntl",
    // The tree.
    "readlinkat",
    "getdents64",
    "fstat",
    "newfstatat",
    "statx",
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
    // Threads; "clone" has a condition.
    "set_robust_list",
    "rseq",
#ifdef __SANITIZE_ADDRESS__
    "sigaltstack",
    "prctl",
    "getrlimit",
    "prlimit64",
    "sched_yield",
#endif
};

constexpr const char* allowed_to_fill[] = {
    // It takes its flags in memory, where a filter cannot see them; only directories are opened by it.
    "openat2", "pwrite64", "mkdirat", "symlinkat", "linkat",    "unlinkat",  "renameat2",
    "fchown",  "fchownat", "fchmod",  "fchmodat",  "fsetxattr", "ftruncate", "utimensat",
};

constexpr const char* allowed_to_read[] = {
    "fgetxattr",
    "flistxattr",
    "fstatfs",
    "fstatfs64",
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

    // As if the kernel were too old for it: the C library then takes another.
    void hide(const char* name)
    {
        const int number = ::seccomp_syscall_resolve_name(name);
        if (number != __NR_SCMP_ERROR)
            check_negative(::seccomp_rule_add(filter_.get(), SCMP_ACT_ERRNO(ENOSYS), number, 0),
                           "hide the system call", name);
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

void filter_syscalls(Deed deed)
{
    Filter filter;
    for (const char* name : allowed_always)
        filter.allow(name);
    filter.allow("openat", masked(2, O_DIRECTORY | O_ACCMODE | O_CREAT, O_DIRECTORY | O_RDONLY));
    constexpr scmp_datum_t marked = O_NOFOLLOW | O_NOCTTY;
    filter.allow("openat", masked(2, marked | O_ACCMODE | O_CREAT | O_TRUNC, marked | O_RDONLY));
    if (deed == Deed::change)
        filter.allow("openat", masked(2, marked | O_ACCMODE | O_CREAT | O_TRUNC, marked | O_WRONLY));
    if (deed != Deed::read) {
        for (const char* name : allowed_to_fill)
            filter.allow(name);
        filter.allow("openat", masked(2, O_CREAT | O_EXCL, O_CREAT | O_EXCL));
        filter.allow("mknodat", masked(2, S_IFMT, S_IFIFO));
        filter.allow("mknodat", masked(2, S_IFMT, S_IFCHR), masked(3, ~scmp_datum_t{0}, 0));
    } else {
        for (const char* name : allowed_to_read)
            filter.allow(name);
    }
    filter.allow("mmap", masked(2, PROT_EXEC, 0));
    filter.allow("mprotect", masked(2, PROT_EXEC, 0));
    // Threads, not processes. clone3 has its flags in memory.
    filter.allow("clone", masked(clone_flags_argument, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM));
    filter.hide("clone3");
    filter.load();
}

} // namespace slipway::transfer
