// SPDX-License-Identifier: LGPL-2.1-or-later
// The user namespace of a user's IDs (user_namespaces(7)).
#include "transfer/space.hpp"

#include "base/failure.hpp"
#include "store/copy_content.hpp"
#include "store/remove_tree.hpp"
#include "store/snapshot/whole_root.hpp"
#include "store/tree_size.hpp"

#include <cinttypes>
#include <cstdio>
#include <fcntl.h>
#include <grp.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace slipway::transfer {

namespace {
constexpr int space_fd = 6;
}

void enter_space()
{
    if (::ioctl(space_fd, NS_GET_NSTYPE) != CLONE_NEWUSER)
        return;
    check(::setns(space_fd, CLONE_NEWUSER), "enter the user namespace");
    check(::close(space_fd), "close the user namespace");
    // Where a user has no subordinate groups none may be taken away.
    if (::setgroups(0, nullptr) < 0 && errno != EPERM)
        throw errno_failure(errno, "set the groups");
    check(::setresgid(0, 0, 0), "set the group");
    check(::setresuid(0, 0, 0), "set the user");
}

int remove_command(const std::vector<std::string>& paths)
{
    int status = 0;
    for (const std::string& path : paths) {
        try {
            store::remove_tree(path);
        } catch (const Failure& failure) {
            std::fprintf(stderr, "%s\n", failure.what());
            status = 1;
        }
    }
    return status;
}

int measure_command(const std::vector<std::string>& paths)
{
    for (const std::string& path : paths)
        std::printf("%" PRIu64 "\n", store::tree_size(path));
    return std::fflush(stdout) == 0 ? 0 : 1;
}

int probe_command(const std::vector<std::string>& words)
{
    const store::SnapshotDriver* const driver = store::find_snapshot_driver(words.at(1));
    if (driver == nullptr)
        throw Failure{ErrorCode::invalid_argument, "no snapshot driver: " + words.at(1)};
    check(::unshare(CLONE_NEWNS), "make a mount namespace");
    const std::string obstacle = driver->try_in(words.at(0), store::Rights::users).obstacle;
    if (!obstacle.empty())
        std::fprintf(stderr, "%s\n", obstacle.c_str());
    return obstacle.empty() ? 0 : 1;
}

int build_root_command(const std::vector<std::string>& words)
{
    store::RootPlan plan{words.at(0), words.at(1), words.at(2), {}, words.at(3), 0};
    plan.layers.assign(words.begin() + 4, words.end());
    store::build_whole_root(plan);
    return 0;
}

int compare_root_command(const std::vector<std::string>& words)
{
    if (const std::optional<store::WholeRoot> root = store::find_whole_root(words.at(0)))
        store::write_changes(*root, {words.begin() + 2, words.end()}, words.at(1));
    return 0;
}

int copy_content_command(const std::vector<std::string>& words)
{
    if (store::copy_content({words.begin() + 2, words.end()}, words.at(0), words.at(1)))
        std::puts("copied");
    return std::fflush(stdout) == 0 ? 0 : 1;
}

} // namespace slipway::transfer
