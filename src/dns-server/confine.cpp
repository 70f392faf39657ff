// SPDX-License-Identifier: LGPL-2.1-or-later
// Confine: user, privileges, system calls, in this order.
#include "dns-server/confine.hpp"

#include "base/failure.hpp"
#include "dns-server/syscall_filter.hpp"

#include <grp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace slipway::dns_server {

namespace {

// nobody and nogroup: nothing belongs to them.
constexpr uid_t nobody = 65534;

} // namespace

void confine()
{
    if (::geteuid() == 0) {
        check(::setgroups(0, nullptr), "leave all groups");
        check(::setresgid(nobody, nobody, nobody), "become nobody's group");
        check(::setresuid(nobody, nobody, nobody), "become nobody");
    }
    // The same user may not look into a memory that has passwords.
    check(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "refuse core dumps");
    const rlimit none{0, 0};
    check(::setrlimit(RLIMIT_CORE, &none), "refuse core dumps");
    check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "refuse new privileges");
    filter_syscalls();
}

} // namespace slipway::dns_server
