// SPDX-License-Identifier: LGPL-2.1-or-later
// Gzip: one gzip member (RFC 1952) made by several threads, each of which compresses a block with the end of
// the one before as its dictionary.
#pragma once

#include "transfer/compression.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace slipway::transfer {

class Gzip final : public Compressor {
  public:
    Gzip(WriteBytes out, unsigned workers);
    ~Gzip() override;
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;
    Gzip(Gzip&&) = delete;
    Gzip& operator=(Gzip&&) = delete;

    void write(std::string_view bytes) override;
    void finish() override;

  private:
    struct Block {
        std::string dictionary;
        std::string bytes;
        bool is_last = false;
        std::string compressed;
        std::uint32_t sum = 0;
        bool is_done = false;
        std::exception_ptr failure;
    };

    void work() noexcept;
    void hand_out(bool is_last);
    void send_first();

    WriteBytes out_;
    std::string bytes_;
    std::string dictionary_;
    std::uint32_t sum_ = 0;
    std::uint64_t size_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
    // In the order of the output; those from next_ on are nobody's work yet.
    std::deque<std::shared_ptr<Block>> blocks_;
    std::size_t next_ = 0;
    bool is_closed_ = false;
    std::vector<std::thread> threads_;
};

} // namespace slipway::transfer
