// SPDX-License-Identifier: LGPL-2.1-or-later
// UnixAddress: the path of a socket as bind(2) and connect(2) want it.
#pragma once

#include "base/failure.hpp"

#include <cstring>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>

namespace slipway {

class UnixAddress {
  public:
    // Throws Failure{io_error} for a path that does not fit (108 bytes, unix(7)).
    explicit UnixAddress(std::string_view path)
    {
        if (path.empty() || path.size() >= sizeof address_.sun_path)
            throw errno_failure(ENAMETOOLONG, "address the socket", path);
        address_.sun_family = AF_UNIX;
        std::memcpy(address_.sun_path, path.data(), path.size());
    }

    const sockaddr* pointer() const noexcept
    {
        return reinterpret_cast<const sockaddr*>(&address_); // NOLINT: how sockets are addressed
    }
    static socklen_t size() noexcept { return sizeof(sockaddr_un); }

  private:
    sockaddr_un address_{};
};

} // namespace slipway
