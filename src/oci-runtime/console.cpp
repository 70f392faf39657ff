// SPDX-License-Identifier: LGPL-2.1-or-later
// Terminals: SCM_RIGHTS over a stream socket, as other runtimes send them; termios(3).
#include "oci-runtime/console.hpp"

#include "base/failure.hpp"
#include "base/unix_address.hpp"

#include <array>
#include <cstring>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace slipway::oci_runtime {

void send_terminal(const std::string& path, const Fd& master)
{
    const Fd socket{check(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "make a socket")};
    const UnixAddress address{path};
    check(::connect(socket.number(), address.pointer(), UnixAddress::size()), "connect to the console socket",
          path);
    std::array<char, 9> name{"terminal"};
    iovec part{name.data(), name.size() - 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    const int number = master.number();
    std::memcpy(CMSG_DATA(header), &number, sizeof number);
    check(::sendmsg(socket.number(), &message, MSG_NOSIGNAL), "send the terminal to", path);
}

RawTerminal::RawTerminal()
{
    if (::isatty(STDIN_FILENO) != 1 || ::tcgetattr(STDIN_FILENO, &before_) < 0)
        return;
    termios raw = before_;
    ::cfmakeraw(&raw);
    is_raw_ = ::tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

RawTerminal::~RawTerminal()
{
    if (is_raw_)
        ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

void RawTerminal::resize(const Fd& master) const
{
    winsize size{};
    if (is_raw_ && ::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
        ::ioctl(master.number(), TIOCSWINSZ, &size);
}

} // namespace slipway::oci_runtime
