// SPDX-License-Identifier: LGPL-2.1-or-later
// ParcelReader: what is sent, read by libcurl as fast as the registry takes it, and its digest.
#pragma once

#include "async/event_loop.hpp"
#include "base/fd.hpp"
#include "hashing/sha256.hpp"
#include "registry-client/http.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace slipway::registry_client {

class ParcelReader {
  public:
    ParcelReader(async::EventLoop& loop, Fd content);
    ParcelReader(const ParcelReader&) = delete;
    ParcelReader& operator=(const ParcelReader&) = delete;
    ParcelReader(ParcelReader&&) = delete;
    ParcelReader& operator=(ParcelReader&&) = delete;
    ~ParcelReader() = default;

    // Where it can be read again: how many bytes there are from its position on.
    std::optional<std::uint64_t> size() const;
    bool can_rewind() const noexcept { return start_ >= 0; }
    // To OFFSET from where it began. Throws Failure{io_error}.
    void rewind(std::uint64_t offset);

    // As a BodySource, not_yet included.
    std::size_t read(char* buffer, std::size_t size);
    Flow& flow() noexcept { return flow_; }
    std::uint64_t count() const noexcept { return at_; }
    // Of all bytes that were read. Once, at the end.
    Digest digest() { return hash_.finish(); }

  private:
    static int readable(sd_event_source*, int, std::uint32_t, void* self);

    async::EventLoop* loop_;
    Fd content_;
    off_t start_;
    std::uint64_t at_ = 0;
    std::uint64_t hashed_ = 0;
    hashing::Sha256 hash_;
    Flow flow_;
    async::Source watch_;
};

} // namespace slipway::registry_client
