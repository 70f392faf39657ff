// SPDX-License-Identifier: LGPL-2.1-or-later
// SignalInbox: signals to this process as something to read (signalfd(2)), so that none is lost and none ends
// us unasked.
#pragma once

#include "base/fd.hpp"

#include <csignal>
#include <initializer_list>
#include <optional>

namespace slipway::cli {

class SignalInbox {
  public:
    // These no longer do what they do by default, for the life of this object. Throws Failure{io_error}.
    explicit SignalInbox(std::initializer_list<int> signals);
    SignalInbox(const SignalInbox&) = delete;
    SignalInbox& operator=(const SignalInbox&) = delete;
    SignalInbox(SignalInbox&&) = delete;
    SignalInbox& operator=(SignalInbox&&) = delete;
    ~SignalInbox();

    // Readable while there is a signal; non-blocking.
    int number() const noexcept { return fd_.number(); }
    // The next signal, if one has come.
    std::optional<int> take();

  private:
    sigset_t before_{};
    Fd fd_;
};

} // namespace slipway::cli
