// SPDX-License-Identifier: LGPL-2.1-or-later
// User namespaces: a short-lived child makes one, and its mappings are written from outside.
#include "kernel/user_namespace.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/child.hpp"
#include "kernel/id_mapping.hpp"

#include <csignal>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sstream>
#include <string>
#include <sys/prctl.h>
#include <unistd.h>

namespace slipway::kernel {

namespace {

std::vector<IdRange> read_mapping(const std::string& path)
{
    std::vector<IdRange> ranges;
    std::istringstream lines{read_file(path)};
    for (IdRange range; lines >> range.inside >> range.outside >> range.size;)
        ranges.push_back(range);
    return ranges;
}

// Does nothing until it is killed, by its maker's death at the latest: the maker may be killed at any moment.
void wait_for_end(pid_t maker)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    // It may have died before.
    while (::getppid() == maker)
        ::pause();
}

Helper make_holder()
{
    try {
        return Helper{CLONE_NEWUSER, [maker = ::getpid()] { wait_for_end(maker); }};
    } catch (const Failure& failure) {
        throw failure.within(
            "the host refuses a user namespace (see the sysctls user.max_user_namespaces and "
            "kernel.unprivileged_userns_clone)");
    }
}

} // namespace

Fd make_user_namespace(const std::vector<IdRange>& uids, const std::vector<IdRange>& gids)
{
    const Helper holder = make_holder();
    map_ids(holder.pid(), {uids, gids});
    const std::string path = "/proc/" + std::to_string(holder.pid()) + "/ns/user";
    return Fd{check(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path)};
}

IdRanges ranges_of(const Fd& user_namespace)
{
    FdPair entered = make_pipe();
    const Helper inside{0, [&, maker = ::getpid()] {
                            if (::setns(user_namespace.number(), CLONE_NEWUSER) < 0)
                                ::_exit(1);
                            entered.second.reset();
                            entered.first.reset();
                            // Which the new credentials would make the kernel forget (prctl(2)).
                            wait_for_end(maker);
                        }};
    entered.second.reset();
    char nothing = 0;
    static_cast<void>(::read(entered.first.number(), &nothing, 1)); // the end of file: it is there
    const std::string directory = "/proc/" + std::to_string(inside.pid());
    return {read_mapping(directory + "/uid_map"), read_mapping(directory + "/gid_map")};
}

} // namespace slipway::kernel
