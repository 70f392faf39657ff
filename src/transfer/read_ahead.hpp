// SPDX-License-Identifier: LGPL-2.1-or-later
// ReadAhead: a HashingReader on a thread of its own, so that an archive is decompressed and hashed by one
// processor while another writes files.
#pragma once

#include "transfer/hashing_reader.hpp"
#include "transfer/tar_bytes.hpp"

#include <array>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace slipway::transfer {

class ReadAhead final : public TarBytes {
  public:
    // SOURCE is called on the other thread. INTERRUPT, which may be empty, makes a waiting SOURCE throw: it
    // is called where the tar is given up before its end. LIMIT: bytes of the uncompressed tar.
    ReadAhead(ByteSource source, std::function<void()> interrupt, std::uint64_t limit);
    ~ReadAhead() override;
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;
    ReadAhead(ReadAhead&&) = delete;
    ReadAhead& operator=(ReadAhead&&) = delete;

    std::string_view next() override;
    std::uint64_t size() const noexcept override { return size_; }
    // The digest of all bytes; once next() has returned nothing.
    Digest digest() const;

  private:
    // What may wait: 2 MiB, however large the archive.
    static constexpr std::size_t chunk_count = 8;
    // Who had to wait goes on when the other one has done so many: on a busy machine each wait is long, so
    // there shall be few.
    static constexpr std::size_t wake_count = chunk_count / 2;

    void fill(ByteSource source, std::uint64_t limit) noexcept;
    bool put(std::vector<char>& chunk);

    std::function<void()> interrupt_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::array<std::vector<char>, chunk_count> chunks_;
    std::size_t filled_ = 0; // chunks since the beginning
    std::size_t taken_ = 0;  // those that were given back by the next next()
    bool has_taken_ = false;
    bool is_at_end_ = false;
    bool is_given_up_ = false;
    std::exception_ptr failure_;
    std::optional<Digest> digest_;
    std::uint64_t size_ = 0;
    std::thread thread_;
};

} // namespace slipway::transfer
