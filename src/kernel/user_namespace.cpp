// SPDX-License-Identifier: LGPL-2.1-or-later
// User namespaces: a short-lived child makes one, and its mappings are written from outside.
#include "kernel/user_namespace.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/child.hpp"
#include "kernel/id_mapping.hpp"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sstream>
#include <string>

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

// A process that does nothing, and a way to know that it is where it was sent.
constexpr auto wait_for_ever = [] {
    for (;;)
        ::pause();
};

Helper make_holder()
{
    try {
        return Helper{CLONE_NEWUSER, wait_for_ever};
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
    const Helper inside{0, [&] {
                            if (::setns(user_namespace.number(), CLONE_NEWUSER) < 0)
                                ::_exit(1);
                            entered.second.reset();
                            entered.first.reset();
                            wait_for_ever();
                        }};
    entered.second.reset();
    char nothing = 0;
    static_cast<void>(::read(entered.first.number(), &nothing, 1)); // the end of file: it is there
    const std::string directory = "/proc/" + std::to_string(inside.pid());
    return {read_mapping(directory + "/uid_map"), read_mapping(directory + "/gid_map")};
}

} // namespace slipway::kernel
