// SPDX-License-Identifier: LGPL-2.1-or-later
// slipway-registry: speaks with registries for the engine, one process a job, unprivileged and confined.
#include "base/failure.hpp"
#include "registry-client/confine.hpp"
#include "registry-client/service.hpp"

#include <csignal>
#include <cstdio>
#include <curl/curl.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr int conversation_fd = 3; // systemd's first one too (SD_LISTEN_FDS_START)
constexpr int usage_status = 2;

bool is_packet_socket(int fd)
{
    int type = 0;
    socklen_t size = sizeof type;
    return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

// A closed standard stream's number would go to a connection, and a message into it.
void open_standard_streams()
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
        if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) != fd)
            ::_exit(1);
}

int run()
{
    using namespace slipway;
    async::EventLoop loop;
    // Reads OpenSSL's configuration, as long as nobody has sent anything.
    if (::curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        throw Failure{ErrorCode::internal, "libcurl cannot be set up"};
    registry_client::confine();
    const registry_client::Service service{loop, Fd{conversation_fd}};
    return loop.run();
}

} // namespace

int main(int argc, char** /*argv*/)
{
    open_standard_streams();
    if (argc != 1 || !is_packet_socket(conversation_fd)) {
        std::fputs(
            "slipway-registry is started by slipwayd or systemd, with a conversation as descriptor 3\n",
            stderr);
        return usage_status;
    }
    // A pipe whose reader has gone is an ordinary failure.
    if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR) // NOLINT: sigaction(2) says no more
        return 1;
    try {
        return run();
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "slipway-registry: %s\n", failure.what());
        return 1;
    }
}
