// SPDX-License-Identifier: LGPL-2.1-or-later
// Compression: what is compressed can be read by everybody, and is the same for any number of threads.
#include "base/failure.hpp"
#include "hashing/sha256.hpp"
#include "transfer/blob_writer.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <zlib.h>
#include <zstd.h>

namespace slipway::transfer {
namespace {

// Some of it compresses, some does not.
std::string sample(std::size_t size)
{
    std::mt19937 random{static_cast<unsigned>(size)};
    std::string bytes;
    while (bytes.size() < size)
        if (random() % 4 == 0)
            bytes += static_cast<char>(random());
        else
            bytes += "usr/share/doc/" + std::to_string(random() % 100);
    bytes.resize(size);
    return bytes;
}

Written nothing()
{
    return {Digest::of_hex({}), 0, Digest::of_hex({}), 0};
}

std::string compress(const std::string& bytes, Compression compression, unsigned workers, Written& written)
{
    std::string output;
    BlobWriter writer{[&output](std::string_view piece) { output += piece; }, compression, workers};
    for (std::size_t at = 0; at < bytes.size(); at += 99'991)
        writer.write(std::string_view{bytes}.substr(at, 99'991));
    written = writer.finish();
    return output;
}

std::string gunzip(const std::string& bytes)
{
    z_stream stream{};
    EXPECT_EQ(::inflateInit2(&stream, 15 + 16), Z_OK);
    std::string output(8U << 20U, '\0');
    std::string input = bytes;
    stream.next_in = reinterpret_cast<Bytef*>(input.data()); // NOLINT: zlib's bytes are unsigned
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(output.data()); // NOLINT
    stream.avail_out = static_cast<uInt>(output.size());
    // The sum and the size are checked too; nothing may follow.
    EXPECT_EQ(::inflate(&stream, Z_FINISH), Z_STREAM_END);
    EXPECT_EQ(stream.avail_in, 0U);
    output.resize(stream.total_out);
    ::inflateEnd(&stream);
    return output;
}

std::string unzstd(const std::string& bytes)
{
    std::string output(8U << 20U, '\0');
    const std::unique_ptr<ZSTD_DCtx, decltype(&::ZSTD_freeDCtx)> context{::ZSTD_createDCtx(),
                                                                         ::ZSTD_freeDCtx};
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    ZSTD_outBuffer out{output.data(), output.size(), 0};
    EXPECT_EQ(::ZSTD_decompressStream(context.get(), &out, &in), 0U);
    EXPECT_EQ(in.pos, in.size);
    output.resize(out.pos);
    return output;
}

TEST(ABlob, IsReadByOthersAndNamedByItsDigests)
{
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{512} << 10U,
                                   (std::size_t{512} << 10U) + 1, std::size_t{5'000'000}})
    {
        const std::string bytes = sample(size);
        for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd}) {
            Written written = nothing();
            const std::string blob = compress(bytes, compression, 3, written);
            EXPECT_EQ(written.diff_id, hashing::digest_of(bytes));
            EXPECT_EQ(written.tar_size, bytes.size());
            EXPECT_EQ(written.digest, hashing::digest_of(blob));
            EXPECT_EQ(written.size, blob.size());
            EXPECT_EQ(compression == Compression::gzip   ? gunzip(blob)
                      : compression == Compression::zstd ? unzstd(blob)
                                                         : blob,
                      bytes);
        }
    }
}

TEST(ABlob, DoesNotDependOnTheNumberOfThreads)
{
    const std::string bytes = sample(7'000'000);
    for (const Compression compression : {Compression::gzip, Compression::zstd}) {
        Written one = nothing();
        Written many = nothing();
        compress(bytes, compression, 1, one);
        compress(bytes, compression, 5, many);
        EXPECT_EQ(one.digest, many.digest);
        EXPECT_LT(one.size, bytes.size());
    }
}

TEST(ABlob, EndsWithItsReader)
{
    for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd}) {
        std::size_t room = 1000;
        BlobWriter writer{[&room](std::string_view bytes) {
                              if (bytes.size() > room)
                                  throw Failure{ErrorCode::io_error, "gone"};
                              room -= bytes.size();
                          },
                          compression, 2};
        const auto send = [&writer] {
            writer.write(sample(9'000'000));
            writer.finish();
        };
        EXPECT_THROW(send(), Failure) << static_cast<int>(compression);
    }
}

} // namespace
} // namespace slipway::transfer
