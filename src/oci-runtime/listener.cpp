// SPDX-License-Identifier: LGPL-2.1-or-later
// The listener, over a stream socket with the state of the container process.
#include "oci-runtime/listener.hpp"

#include "base/failure.hpp"
#include "base/json.hpp"
#include "base/packet.hpp"
#include "base/unix_address.hpp"

#include <sys/socket.h>

namespace slipway::oci_runtime {

void send_listener(const oci::Seccomp& policy, const Record& record, const Fd& listener)
{
    const Fd socket{check(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "make a socket")};
    const UnixAddress address{policy.listener_path};
    check(::connect(socket.number(), address.pointer(), UnixAddress::size()),
          "linux.seccomp.listenerPath: connect to", policy.listener_path);
    // The version is the one that the specification gives this message.
    const Json message{{"ociVersion", "0.2.0"},
                       {"fds", Json::array({"seccompFd"})},
                       {"pid", record.pid},
                       {"metadata", policy.listener_metadata},
                       {"state", parse_json(Container::state(record, Status::creating))}};
    send_packet(socket.number(), json_text(message, StrayBytes::replaced), {listener.number()});
}

} // namespace slipway::oci_runtime
