// SPDX-License-Identifier: LGPL-2.1-or-later
// Gzip: zlib's deflate(3) on raw blocks, joined at byte boundaries.
#include "transfer/gzip.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <utility>
#include <zlib.h>

namespace slipway::transfer {

namespace {

// The same for any number of threads, so that the output is too.
constexpr std::size_t gzip_block = 512U << 10U;
constexpr std::size_t dictionary_size = 32U << 10U;
constexpr int raw_deflate = -15;
constexpr int memory_level = 8;
constexpr std::string_view gzip_header{"\x1f\x8b\x08\0\0\0\0\0\0\xff", 10};

class Deflater {
  public:
    Deflater()
    {
        if (::deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, raw_deflate, memory_level,
                           Z_DEFAULT_STRATEGY) != Z_OK)
            throw Failure{ErrorCode::internal, "zlib gives no compressor"};
    }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;
    Deflater(Deflater&&) = delete;
    Deflater& operator=(Deflater&&) = delete;
    ~Deflater() { ::deflateEnd(&stream_); }

    std::string compress(const std::string& dictionary, std::string& bytes, bool is_last)
    {
        ::deflateReset(&stream_);
        if (!dictionary.empty())
            ::deflateSetDictionary(&stream_, pointer(dictionary), static_cast<uInt>(dictionary.size()));
        std::string output(::deflateBound(&stream_, bytes.size()) + 16, '\0');
        stream_.next_in = pointer(bytes);
        stream_.avail_in = static_cast<uInt>(bytes.size());
        stream_.next_out = pointer(output);
        stream_.avail_out = static_cast<uInt>(output.size());
        const int result = ::deflate(&stream_, is_last ? Z_FINISH : Z_SYNC_FLUSH);
        if (result != (is_last ? Z_STREAM_END : Z_OK) || stream_.avail_in != 0 || stream_.avail_out == 0)
            throw Failure{ErrorCode::internal, "zlib fails to compress"};
        output.resize(output.size() - stream_.avail_out);
        return output;
    }

  private:
    // zlib wants unsigned bytes, and changes none of those that it reads.
    static Bytef* pointer(const std::string& bytes)
    {
        return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data())); // NOLINT
    }

    z_stream stream_{};
};

void append(std::string& bytes, std::uint32_t number)
{
    for (unsigned shift = 0; shift < 32; shift += 8)
        bytes += static_cast<char>(number >> shift & 0xffU);
}

} // namespace

Gzip::Gzip(WriteBytes out, unsigned workers) : out_{std::move(out)}
{
    out_(gzip_header);
    for (unsigned i = 0; i < std::max(workers, 1U); ++i)
        threads_.emplace_back([this] { work(); });
}

Gzip::~Gzip()
{
    {
        const std::lock_guard lock{mutex_};
        is_closed_ = true;
        next_ = blocks_.size();
    }
    changed_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

void Gzip::work() noexcept
{
    std::unique_ptr<Deflater> deflater;
    std::unique_lock lock{mutex_};
    for (;;) {
        changed_.wait(lock, [this] { return is_closed_ || next_ < blocks_.size(); });
        if (next_ == blocks_.size())
            return;
        const std::shared_ptr<Block> block = blocks_.at(next_++);
        lock.unlock();
        try {
            if (!deflater)
                deflater = std::make_unique<Deflater>();
            block->compressed = deflater->compress(block->dictionary, block->bytes, block->is_last);
            block->sum = static_cast<std::uint32_t>(::crc32_z(
                0, reinterpret_cast<const Bytef*>(block->bytes.data()), block->bytes.size())); // NOLINT
        } catch (...) {
            block->failure = std::current_exception();
        }
        lock.lock();
        block->is_done = true;
        changed_.notify_all();
    }
}

void Gzip::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        const std::size_t count = std::min(bytes.size(), gzip_block - bytes_.size());
        bytes_ += bytes.substr(0, count);
        bytes.remove_prefix(count);
        if (bytes_.size() == gzip_block)
            hand_out(false);
    }
}

void Gzip::hand_out(bool is_last)
{
    auto block = std::make_shared<Block>();
    block->dictionary =
        std::exchange(dictionary_, bytes_.substr(bytes_.size() - std::min(bytes_.size(), dictionary_size)));
    block->bytes = std::exchange(bytes_, {});
    block->is_last = is_last;
    size_ += block->bytes.size();
    bool is_full = false;
    {
        const std::lock_guard lock{mutex_};
        blocks_.push_back(std::move(block));
        is_full = blocks_.size() > 2 * threads_.size();
    }
    changed_.notify_all();
    bytes_.reserve(gzip_block);
    if (is_full)
        send_first();
}

void Gzip::send_first()
{
    std::unique_lock lock{mutex_};
    const std::shared_ptr<Block> block = blocks_.front();
    changed_.wait(lock, [&block] { return block->is_done; });
    blocks_.pop_front();
    --next_;
    lock.unlock();
    if (block->failure)
        std::rethrow_exception(block->failure);
    sum_ = static_cast<std::uint32_t>(
        ::crc32_combine(sum_, block->sum, static_cast<z_off_t>(block->bytes.size())));
    out_(block->compressed);
}

void Gzip::finish()
{
    hand_out(true);
    while (!blocks_.empty())
        send_first();
    std::string trailer;
    append(trailer, sum_);
    append(trailer, static_cast<std::uint32_t>(size_));
    out_(trailer);
}

} // namespace slipway::transfer
