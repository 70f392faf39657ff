// SPDX-License-Identifier: LGPL-2.1-or-later
// Content: the bytes of a blob as they come: into a file that keeps them, into a pipe, into their digest.
//
// With a file the pipe is fed from there, at its reader's pace, and the network goes on at its own. Without
// one a slow reader holds up the exchange.
#pragma once

#include "async/event_loop.hpp"
#include "async/signal.hpp"
#include "async/task.hpp"
#include "base/digest.hpp"
#include "base/fd.hpp"
#include "hashing/sha256.hpp"
#include "registry-client/http.hpp"

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

namespace slipway::registry_client {

class Content {
  public:
    // FILE: opened for reading and writing; either may be closed. Throws Failure{invalid_argument} for other
    // kinds of descriptors.
    Content(async::EventLoop& loop, std::uint64_t size, Fd file, Fd pipe);
    Content(const Content&) = delete;
    Content& operator=(const Content&) = delete;
    Content(Content&&) = delete;
    Content& operator=(Content&&) = delete;
    ~Content() = default;

    // Counts what the file has already.
    async::Task<> take_up();
    std::uint64_t received() const noexcept { return received_; }
    bool is_whole() const noexcept { return received_ == size_; }
    // The next bytes are those from the beginning on again: so many are known already.
    void skip(std::uint64_t count) noexcept { skipped_ = count; }
    // For an exchange's sink. Throws Failure: digest_mismatch for more bytes than there should be, no_space.
    Taken take(std::string_view bytes);
    Flow& flow() noexcept { return flow_; }

    // Forgets everything, the file's bytes too; false where the pipe has got some.
    bool start_over();
    // Empties the file, so that nobody goes on from what is wrong.
    void discard();
    // Once all bytes are there.
    Digest digest();
    // Until the pipe has all of them; then it is closed. Throws Failure where its reader has gone.
    async::Task<> pass_on();

  private:
    static int writable(sd_event_source*, int, std::uint32_t, void* self);
    void watch_pipe();
    void feed_pipe();
    std::string_view next_piece();

    async::EventLoop* loop_;
    std::uint64_t size_;
    Fd file_;
    Fd pipe_;
    hashing::Sha256 hash_;
    std::uint64_t received_ = 0;
    std::uint64_t skipped_ = 0;
    std::uint64_t passed_ = 0; // into the pipe
    std::string piece_;        // of what follows those
    std::size_t piece_sent_ = 0;
    Flow flow_;
    async::Source watch_;
    async::Signal moved_;
    std::exception_ptr failure_;
};

} // namespace slipway::registry_client
