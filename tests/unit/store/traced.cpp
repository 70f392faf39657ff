// SPDX-License-Identifier: LGPL-2.1-or-later
// Traced: ptrace(2), stopping at every entry of a system call.
#include "traced.hpp"

#include "base/failure.hpp"

#include <csignal>
#include <map>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace slipway::store::testing {

namespace {

const std::map<std::uint64_t, const char*> changing{
#ifdef SYS_rename
    {SYS_rename, "rename"},   {SYS_mkdir, "mkdir"},         {SYS_rmdir, "rmdir"},
    {SYS_unlink, "unlink"},   {SYS_chmod, "chmod"},         {SYS_chown, "chown"},
#endif
    {SYS_renameat, "rename"}, {SYS_renameat2, "rename"},    {SYS_mkdirat, "mkdir"},
    {SYS_unlinkat, "unlink"}, {SYS_openat, "open"},         {SYS_write, "write"},
    {SYS_pwrite64, "write"},  {SYS_ftruncate, "truncate"},  {SYS_fchmod, "chmod"},
    {SYS_fchmodat, "chmod"},  {SYS_fchown, "chown"},        {SYS_fchownat, "chown"},
    {SYS_fsync, "fsync"},     {SYS_fdatasync, "fdatasync"}, {SYS_syncfs, "syncfs"},
};

int wait_for(pid_t child)
{
    int status = 0;
    check(::waitpid(child, &status, 0), "wait for the traced process");
    return status;
}

std::uint64_t syscall_of(pid_t child)
{
    __ptrace_syscall_info info{};
    check(::ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info), "look at a system call");
    return info.op == PTRACE_SYSCALL_INFO_ENTRY ? info.entry.nr : UINT64_MAX;
}

} // namespace

Trace run_traced(const std::function<void()>& deed, int kill_at)
{
    const pid_t child = check(::fork(), "fork");
    if (child == 0) {
        ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        ::raise(SIGSTOP);
        try {
            deed();
        } catch (...) { // NOLINT: told by the status
            ::_exit(1);
        }
        ::_exit(0);
    }
    wait_for(child);
    check(::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL), "trace");
    Trace trace;
    int signal = 0;
    for (;;) {
        check(::ptrace(PTRACE_SYSCALL, child, nullptr, signal), "go on");
        const int status = wait_for(child);
        if (WIFEXITED(status)) {
            if (WEXITSTATUS(status) != 0)
                throw Failure{ErrorCode::internal, "the traced deed failed"};
            return trace;
        }
        if (WIFSIGNALED(status))
            throw Failure{ErrorCode::internal, "the traced deed was killed by somebody else"};
        signal = WSTOPSIG(status) == (SIGTRAP | 0x80) ? 0 : WSTOPSIG(status);
        if (signal != 0)
            continue;
        const auto found = changing.find(syscall_of(child));
        if (found == changing.end())
            continue;
        if (static_cast<int>(trace.changes.size()) == kill_at) {
            check(::kill(child, SIGKILL), "kill");
            trace.was_killed = WIFSIGNALED(wait_for(child));
            return trace;
        }
        trace.changes.emplace_back(found->second);
    }
}

} // namespace slipway::store::testing
