// SPDX-License-Identifier: LGPL-2.1-or-later
// ReadAhead: a ring of chunks between two threads.
#include "transfer/read_ahead.hpp"

#include "base/failure.hpp"

#include <utility>

namespace slipway::transfer {

namespace {

// Few wake-ups, and still within a processor's cache.
constexpr std::size_t chunk_size = 256U << 10U;

} // namespace

ReadAhead::ReadAhead(ByteSource source, std::function<void()> interrupt, std::uint64_t limit)
    : interrupt_{std::move(interrupt)}
{
    thread_ =
        std::thread{[this, source = std::move(source), limit]() mutable { fill(std::move(source), limit); }};
}

ReadAhead::~ReadAhead()
{
    bool is_working = false;
    {
        const std::lock_guard lock{mutex_};
        is_given_up_ = true;
        is_working = !is_at_end_;
    }
    changed_.notify_all();
    if (is_working && interrupt_)
        interrupt_();
    thread_.join();
}

// On the other thread, as is put().
void ReadAhead::fill(ByteSource source, std::uint64_t limit) noexcept
{
    std::exception_ptr failure;
    std::optional<Digest> digest;
    try {
        HashingReader reader{std::move(source), limit};
        std::vector<char> chunk;
        chunk.reserve(chunk_size);
        bool is_wanted = true;
        for (std::string_view bytes = reader.next(); is_wanted && !bytes.empty(); bytes = reader.next()) {
            if (chunk.size() + bytes.size() > chunk_size && !chunk.empty())
                is_wanted = put(chunk);
            chunk.insert(chunk.end(), bytes.begin(), bytes.end());
        }
        if (is_wanted && !chunk.empty())
            put(chunk);
        if (is_wanted)
            digest = reader.finish();
    } catch (...) {
        failure = std::current_exception();
    }
    const std::lock_guard lock{mutex_};
    failure_ = failure;
    digest_ = std::move(digest);
    is_at_end_ = true;
    changed_.notify_all();
}

// CHUNK comes back empty. False where nobody wants more.
bool ReadAhead::put(std::vector<char>& chunk)
{
    std::unique_lock lock{mutex_};
    if (filled_ - taken_ == chunk_count)
        changed_.wait(lock, [this] { return is_given_up_ || filled_ - taken_ <= wake_count; });
    if (is_given_up_)
        return false;
    std::swap(chunks_.at(filled_ % chunk_count), chunk);
    ++filled_;
    if (filled_ - taken_ >= wake_count)
        changed_.notify_all();
    lock.unlock();
    chunk.clear();
    chunk.reserve(chunk_size);
    return true;
}

std::string_view ReadAhead::next()
{
    std::unique_lock lock{mutex_};
    if (has_taken_) {
        ++taken_;
        has_taken_ = false;
        if (filled_ - taken_ <= wake_count)
            changed_.notify_all();
    }
    if (filled_ == taken_)
        changed_.wait(lock, [this] { return filled_ - taken_ >= wake_count || is_at_end_; });
    if (filled_ != taken_) {
        has_taken_ = true;
        const std::vector<char>& chunk = chunks_.at(taken_ % chunk_count);
        size_ += chunk.size();
        return {chunk.data(), chunk.size()};
    }
    if (failure_)
        std::rethrow_exception(failure_);
    return {};
}

Digest ReadAhead::digest() const
{
    if (!digest_)
        throw Failure{ErrorCode::internal, "the archive is not read to its end"};
    return *digest_;
}

} // namespace slipway::transfer
