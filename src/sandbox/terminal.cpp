// SPDX-License-Identifier: LGPL-2.1-or-later
// The payload's terminal: opened by descriptor, since what lies in /dev is the image's.
#include "sandbox/terminal.hpp"

#include "base/failure.hpp"
#include "kernel/in_root.hpp"
#include "kernel/mount.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>

namespace slipway::sandbox {

namespace {

Fd open_master()
{
    Fd master{
        check(::open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW), "open", "/dev/pts/ptmx")};
    struct statfs status {};
    check(::fstatfs(master.number(), &status), "look at", "/dev/pts/ptmx");
    if (status.f_type != DEVPTS_SUPER_MAGIC)
        throw Failure{ErrorCode::start_failed, "process.terminal: /dev/pts of the container is no devpts"};
    return master;
}

} // namespace

Fd take_terminal(const oci::Process& process, uid_t owner, Console console)
{
    Fd master = open_master();
    int unlock = 0;
    check(::ioctl(master.number(), TIOCSPTLCK, &unlock), "unlock the terminal");
    const Fd slave{check(::ioctl(master.number(), TIOCGPTPEER, O_RDWR | O_NOCTTY), "open the terminal")};
    if (process.console_size) {
        winsize size{};
        size.ws_row = process.console_size->height;
        size.ws_col = process.console_size->width;
        check(::ioctl(slave.number(), TIOCSWINSZ, &size), "set process.consoleSize");
    }
    check(::ioctl(slave.number(), TIOCSCTTY, 0), "make it the controlling terminal");
    check(::fchown(slave.number(), owner, gid_t(-1)), "give the terminal away");
    if (console == Console::made) {
        const Fd node{check(
            ::open("/dev/console", O_CREAT | O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600),
            "make", "/dev/console")};
        const Fd place{
            check(::open("/dev/console", O_PATH | O_CLOEXEC | O_NOFOLLOW), "open", "/dev/console")};
        kernel::attach(kernel::clone_mount(slave, kernel::Depth::one), place);
    }
    for (int number = 0; number < 3; ++number)
        check(::dup2(slave.number(), number), "take the terminal");
    return master;
}

} // namespace slipway::sandbox
