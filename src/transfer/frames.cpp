// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames: zstd's streaming decompressor, stopped at each frame's end.
#include "transfer/frames.hpp"

#include "base/failure.hpp"
#include "transfer/recipe_format.hpp"
#include "transfer/refusal.hpp"

#include <cerrno>
#include <string>
#include <unistd.h>
#include <utility>
#include <zstd.h>

namespace slipway::transfer {

namespace {

} // namespace

ReadAt read_at(int fd)
{
    return [fd](char* buffer, std::size_t size, std::uint64_t offset) {
        for (;;) {
            const ssize_t count = ::pread(fd, buffer, size, static_cast<off_t>(offset));
            if (count < 0 && errno == EINTR)
                continue;
            return static_cast<std::size_t>(check(count, "read the layer's recipe"));
        }
    };
}

void Frames::Free::operator()(ZSTD_DCtx_s* context) const noexcept
{
    ::ZSTD_freeDCtx(context);
}

Frames::Frames(ReadAt source, std::uint64_t offset)
    : source_{std::move(source)}, decompressor_{::ZSTD_createDCtx()},
      input_(::ZSTD_DStreamInSize()), input_offset_{offset}, output_(::ZSTD_DStreamOutSize())
{
    if (!decompressor_ || ::ZSTD_isError(::ZSTD_DCtx_setParameter(decompressor_.get(), ZSTD_d_windowLogMax,
                                                                  recipe_window)) != 0)
        throw Failure{ErrorCode::internal, "zstd gives no decompressor"};
}

std::string_view Frames::next()
{
    for (;;) {
        if (input_used_ == input_size_) {
            input_offset_ += input_size_;
            input_size_ = source_(input_.data(), input_.size(), input_offset_);
            input_used_ = 0;
            if (input_size_ == 0 && is_between_)
                return {};
        }
        ZSTD_inBuffer input{input_.data(), input_size_, input_used_};
        ZSTD_outBuffer output{output_.data(), output_.size(), 0};
        const std::size_t rest = ::ZSTD_decompressStream(decompressor_.get(), &output, &input);
        if (::ZSTD_isError(rest) != 0)
            refuse_recipe(::ZSTD_getErrorName(rest));
        if (input_size_ == 0 && output.pos == 0)
            refuse_recipe("it ends too early");
        input_used_ = input.pos;
        is_between_ = rest == 0;
        if (output.pos != 0)
            return {output_.data(), output.pos};
    }
}

} // namespace slipway::transfer
