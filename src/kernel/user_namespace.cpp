// SPDX-License-Identifier: LGPL-2.1-or-later
// User namespaces: made by a short-lived child, read by another that enters.
#include "kernel/user_namespace.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/child.hpp"
#include "kernel/namespace_holder.hpp"

#include <sched.h>
#include <sstream>
#include <string>
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

} // namespace

Fd make_user_namespace(const std::vector<IdRange>& uids, const std::vector<IdRange>& gids)
{
    return NamespaceHolder{{uids, gids}}.open("user");
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
