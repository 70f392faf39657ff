// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames: the bytes of a recipe without their compression, and where its zstd frames begin.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

struct ZSTD_DCtx_s;

namespace slipway::transfer {

// Where a recipe's reader has its bytes from; a fuzzer has them without compression.
class FrameSource {
  public:
    FrameSource() = default;
    FrameSource(const FrameSource&) = delete;
    FrameSource& operator=(const FrameSource&) = delete;
    FrameSource(FrameSource&&) = delete;
    FrameSource& operator=(FrameSource&&) = delete;
    virtual ~FrameSource() = default;

    // More bytes of the frame, or the first ones of the next; valid until the next call. Empty at the end.
    virtual std::string_view next() = 0;
    // Whether all of a frame was returned; if so, where in the file the next one begins.
    virtual bool is_between() const = 0;
    virtual std::uint64_t offset() const = 0;
};

// Fills at most SIZE bytes at BUFFER with those of the file at OFFSET and returns how many; 0 at the end.
using ReadAt = std::function<std::size_t(char* buffer, std::size_t size, std::uint64_t offset)>;

// Reads FD by pread(2).
ReadAt read_at(int fd);

class Frames final : public FrameSource {
  public:
    // OFFSET: where a frame begins.
    explicit Frames(ReadAt source, std::uint64_t offset = 0);

    // Throws Failure{damaged_layer}.
    std::string_view next() override;
    bool is_between() const override { return is_between_; }
    std::uint64_t offset() const override { return input_offset_ + input_used_; }

  private:
    struct Free {
        void operator()(ZSTD_DCtx_s* context) const noexcept;
    };

    ReadAt source_;
    std::unique_ptr<ZSTD_DCtx_s, Free> decompressor_;
    std::vector<char> input_;
    std::uint64_t input_offset_; // of the buffer in the file
    std::size_t input_size_ = 0;
    std::size_t input_used_ = 0;
    std::vector<char> output_;
    bool is_between_ = true;
};

} // namespace slipway::transfer
