// SPDX-License-Identifier: LGPL-2.1-or-later
// Network namespaces: whose they are, who is in them, what is set in them.
#include "base/file.hpp"
#include "kernel/user_namespace.hpp"
#include "netlink/links.hpp"
#include "netlink/namespace_setup.hpp"
#include "netlink/sysctl.hpp"
#include "support/failure_of.hpp"
#include "support/own_network.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <thread>

namespace slipway::netlink {
namespace {

class NetworkNamespaces : public testing::OwnNetwork {};

ino_t inode_of(const Fd& file)
{
    struct stat status {};
    check(::fstat(file.number(), &status), "look at a namespace");
    return status.st_ino;
}

std::string sysctl(const std::string& name)
{
    return read_file("/proc/sys/net/" + name);
}

const kernel::IdRanges ranges{{{0, 0x70000000, 65536}}, {{0, 0x70010000, 65536}}};

TEST_F(NetworkNamespaces, AContainersIsOwnedByItsUserNamespace)
{
    const OwnedNamespaces made = make_namespaces(ranges);
    const Fd owner{check(::ioctl(made.network.number(), NS_GET_USERNS), "ask for the owner")};
    EXPECT_EQ(inode_of(owner), inode_of(made.user));
    EXPECT_EQ(kernel::ranges_of(made.user).gids.at(0).outside, 0x70010000U);
}

TEST_F(NetworkNamespaces, AThreadIsInsideForTheDeedOnly)
{
    const Fd inside = make_network_namespace();
    EXPECT_NE(inode_of(inside), inode_of(host()));
    ino_t seen = 0;
    ino_t seen_beside = 0;
    in_namespace(inside, [&] {
        seen = inode_of(own_network_namespace());
        in_namespace(host(), [&] { seen_beside = inode_of(own_network_namespace()); });
    });
    EXPECT_EQ(seen, inode_of(inside));
    EXPECT_EQ(seen_beside, inode_of(host()));
    EXPECT_EQ(inode_of(own_network_namespace()), inode_of(host()));
}

TEST_F(NetworkNamespaces, AThreadComesBackFromADeedThatFails)
{
    const Fd inside = make_network_namespace();
    EXPECT_FAILURE(in_namespace(inside,
                                [] {
                                    throw Failure{ErrorCode::no_space, "none"};
                                }),
                   ErrorCode::no_space, "none");
    EXPECT_EQ(inode_of(own_network_namespace()), inode_of(host()));
}

TEST_F(NetworkNamespaces, WhatIsNoneIsNotEntered)
{
    const Fd file{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    EXPECT_THROW(in_namespace(file, [] { FAIL() << "it was entered"; }), Failure);
}

TEST_F(NetworkNamespaces, ASocketStaysInTheOneItWasOpenedIn)
{
    const Fd inside = make_network_namespace();
    Socket socket = Socket::in(inside);
    set_up(socket, 1);
    EXPECT_TRUE(find_link(socket, "lo")->is_up);
    Socket here;
    EXPECT_FALSE(find_link(here, "lo")->is_up);
}

TEST_F(NetworkNamespaces, OneThatIsSetUpIsReadyForAContainer)
{
    const OwnedNamespaces made = make_namespaces(ranges);
    set_up_namespace(made.network, groups_of(ranges));
    in_namespace(made.network, [] {
        Socket socket;
        EXPECT_TRUE(find_link(socket, "lo")->is_up);
        EXPECT_EQ(sysctl("ipv4/ip_unprivileged_port_start"), "0\n");
        EXPECT_EQ(sysctl("ipv4/ping_group_range"), "1879113728\t1879179263\n");
        if (find_file("/proc/sys/net/ipv6/conf/all/accept_ra")) {
            EXPECT_EQ(sysctl("ipv6/conf/default/accept_ra"), "0\n");
            EXPECT_EQ(sysctl("ipv6/conf/default/accept_dad"), "0\n");
        }
    });
}

TEST_F(NetworkNamespaces, TheirSettingsAreThoseOfTheCallingThread)
{
    const Fd inside = make_network_namespace();
    std::thread{[&inside] { in_namespace(inside, [] { write_sysctl("ipv4/ip_forward", "1"); }); }}.join();
    EXPECT_EQ(sysctl("ipv4/ip_forward"), "0\n");
    in_namespace(inside, [] { EXPECT_EQ(sysctl("ipv4/ip_forward"), "1\n"); });
    EXPECT_FALSE(write_sysctl_if_there("ipv4/no_such_setting", "1"));
    EXPECT_FAILURE(write_sysctl("ipv4/ip_forward", "many"), ErrorCode::io_error, "ip_forward");
}

TEST(GroupsOf, AllRangesAreBetweenTheFirstAndTheLast)
{
    const GroupRange groups = groups_of({{}, {{0, 5000, 10}, {10, 1000, 1}}});
    EXPECT_EQ(groups.first, 1000U);
    EXPECT_EQ(groups.last, 5009U);
    EXPECT_GT(groups_of({}).first, groups_of({}).last);
}

} // namespace
} // namespace slipway::netlink
