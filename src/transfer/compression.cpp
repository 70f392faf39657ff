// SPDX-License-Identifier: LGPL-2.1-or-later
// Compression: none, and zstd with the library's own threads.
#include "transfer/compression.hpp"

#include "base/failure.hpp"
#include "transfer/gzip.hpp"
#include "transfer/zstd_check.hpp"

#include <string>
#include <utility>
#include <vector>
#include <zstd.h>

namespace slipway::transfer {

namespace {

constexpr int zstd_level = 3;

class Plain final : public Compressor {
  public:
    explicit Plain(WriteBytes out) : out_{std::move(out)} {}
    void write(std::string_view bytes) override { out_(bytes); }
    void finish() override {}

  private:
    WriteBytes out_;
};

class Zstd final : public Compressor {
  public:
    Zstd(WriteBytes out, unsigned workers)
        : out_{std::move(out)}, context_{::ZSTD_createCCtx()}, output_(::ZSTD_CStreamOutSize())
    {
        if (!context_)
            throw Failure{ErrorCode::internal, "zstd gives no compressor"};
        check_zstd(::ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, zstd_level));
        check_zstd(::ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1));
        // A library without threads does the same by itself, in other frames' worth of bytes.
        static_cast<void>(
            ::ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_nbWorkers, static_cast<int>(workers)));
    }
    void write(std::string_view bytes) override { put(bytes, ZSTD_e_continue); }
    void finish() override { put({}, ZSTD_e_end); }

  private:
    struct Free {
        void operator()(ZSTD_CCtx* context) const noexcept { ::ZSTD_freeCCtx(context); }
    };

    void put(std::string_view bytes, ZSTD_EndDirective directive)
    {
        ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
        for (;;) {
            ZSTD_outBuffer output{output_.data(), output_.size(), 0};
            const std::size_t rest =
                check_zstd(::ZSTD_compressStream2(context_.get(), &output, &input, directive));
            if (output.pos != 0)
                out_({output_.data(), output.pos});
            if (directive == ZSTD_e_end ? rest == 0 : input.pos == input.size)
                return;
        }
    }

    WriteBytes out_;
    std::unique_ptr<ZSTD_CCtx, Free> context_;
    std::vector<char> output_;
};

} // namespace

std::optional<Compression> find_compression(std::string_view word)
{
    if (word == "none")
        return Compression::none;
    if (word == "gzip")
        return Compression::gzip;
    if (word == "zstd")
        return Compression::zstd;
    return std::nullopt;
}

std::unique_ptr<Compressor> make_compressor(Compression compression, WriteBytes out, unsigned workers)
{
    switch (compression) {
    case Compression::none:
        break;
    case Compression::gzip:
        return std::make_unique<Gzip>(std::move(out), workers);
    case Compression::zstd:
        return std::make_unique<Zstd>(std::move(out), workers);
    }
    return std::make_unique<Plain>(std::move(out));
}

} // namespace slipway::transfer
