// SPDX-License-Identifier: LGPL-2.1-or-later
// Which devices a container has, and whose they are.
#include "base/failure.hpp"
#include "sandbox/devices.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <set>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace slipway::sandbox {
namespace {

TEST(Devices, TheSpecificationsAreAlwaysThere)
{
    std::set<std::string> paths;
    for (const oci::Device& device : all_devices({}))
        paths.insert(device.path);
    EXPECT_EQ(paths, (std::set<std::string>{"/dev/null", "/dev/zero", "/dev/full", "/dev/random",
                                            "/dev/urandom", "/dev/tty"}));
}

TEST(Devices, OnesOfTheConfigurationReplaceThem)
{
    oci::Linux settings;
    oci::Device null;
    null.path = "/dev/null";
    null.file_mode = 0600;
    settings.devices = {null};
    const std::vector<oci::Device> devices = all_devices(settings);
    EXPECT_EQ(devices.size(), 6U);
    EXPECT_EQ(devices.front().file_mode, 0600U);
}

TEST(Devices, AnIdIsSeenThroughTheMappings)
{
    const std::vector<oci::IdMapping> mappings{{0, 1000, 10}, {10, 5000, 10}};
    EXPECT_EQ(host_id(mappings, 9), 1009U);
    EXPECT_EQ(host_id(mappings, 10), 5000U);
    EXPECT_THROW(host_id(mappings, 20), Failure);
    EXPECT_EQ(host_id({}, 20), 20U);
}

TEST(Devices, NodesAreMadeWithTheirModesAndOwners)
{
    const slipway::testing::TemporaryDirectory directory;
    const Fd fd{::open(directory.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (::geteuid() != 0 || ::mknodat(fd.number(), "probe", S_IFCHR | 0600, makedev(1, 3)) < 0)
        GTEST_SKIP() << "wants the right to make device nodes";
    oci::Linux settings;
    settings.uid_mappings = {{0, 0x70000000, 65536}};
    settings.gid_mappings = settings.uid_mappings;
    oci::Device deep;
    deep.path = "/dev/net/tun";
    deep.major = 10;
    deep.minor = 200;
    deep.file_mode = 0640;
    settings.devices = {deep};
    make_device(fd, "net/tun", deep, settings);
    make_device_links(fd, settings);
    struct stat status {};
    ASSERT_EQ(::fstatat(fd.number(), "net/tun", &status, 0), 0);
    EXPECT_EQ(status.st_mode, static_cast<mode_t>(S_IFCHR | 0640));
    EXPECT_EQ(status.st_rdev, makedev(10, 200));
    EXPECT_EQ(status.st_uid, 0x70000000U);
    ASSERT_EQ(::fstatat(fd.number(), "stdin", &status, AT_SYMLINK_NOFOLLOW), 0);
    EXPECT_EQ(status.st_uid, 0x70000000U);
}

} // namespace
} // namespace slipway::sandbox
