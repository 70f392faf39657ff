// SPDX-License-Identifier: LGPL-2.1-or-later
// sd_notify(3) out of a container: a socket of its own, and what it says passed on to ours.
#pragma once

#include "base/fd.hpp"
#include "oci-runtime/container.hpp"
#include "oci/runtime_config.hpp"

#include <string>

namespace slipway::oci_runtime {

// $NOTIFY_SOCKET, or empty.
std::string notify_path();

// Makes a directory of CONTAINER appear at PATH, and its socket in the payload's environment.
void add_notify_directory(oci::RuntimeConfig& config, const Container& container, const std::string& path);

class Notifications {
  public:
    // Receives from now on; nothing where PATH is empty or the container was made without.
    Notifications(const Container& container, std::string path);

    // To wait on; not open where there is nothing to wait for.
    const Fd& socket() const noexcept { return socket_; }
    // Passes on what has come. True once the container has said that it is ready.
    bool pass_on();

  private:
    std::string path_;
    Fd socket_;
    bool is_ready_ = false;
};

} // namespace slipway::oci_runtime
