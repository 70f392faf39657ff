// SPDX-License-Identifier: LGPL-2.1-or-later
// User namespaces: a short-lived child makes one, and whoever may writes its mappings from outside.
#include "kernel/user_namespace.hpp"

#include "base/failure.hpp"
#include "base/file.hpp"
#include "kernel/child.hpp"

#include <fcntl.h>
#include <linux/sched.h>
#include <string>

namespace slipway::kernel {

namespace {

void write_mapping(const std::string& path, const std::vector<IdRange>& ranges)
{
    std::string text;
    for (const IdRange& range : ranges)
        text += std::to_string(range.inside) + " " + std::to_string(range.outside) + " " +
                std::to_string(range.size) + "\n";
    const Fd file{check(::open(path.c_str(), O_WRONLY | O_CLOEXEC), "open", path)};
    // All of it in one write (user_namespaces(7)).
    check(::write(file.number(), text.data(), text.size()), "write the ID mapping", path);
}

} // namespace

Fd make_user_namespace(const std::vector<IdRange>& uids, const std::vector<IdRange>& gids)
{
    const Helper holder{CLONE_NEWUSER, [] {
                            for (;;)
                                ::pause();
                        }};
    const std::string directory = "/proc/" + std::to_string(holder.pid());
    write_mapping(directory + "/uid_map", uids);
    write_mapping(directory + "/gid_map", gids);
    const std::string path = directory + "/ns/user";
    return Fd{check(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path)};
}

} // namespace slipway::kernel
