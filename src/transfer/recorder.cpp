// SPDX-License-Identifier: LGPL-2.1-or-later
// Recorder: libarchive reads ahead, so bytes are kept until it says which of them it gave out as content.
#include "transfer/recorder.hpp"

#include "base/failure.hpp"

#include <algorithm>

namespace slipway::transfer {

// Without recording what is there until END.
void Recorder::skip_to(std::uint64_t end)
{
    if (recorded_ < block_start_)
        kept_.erase(0, std::min<std::uint64_t>(end - recorded_, kept_.size()));
    recorded_ = end;
}

void Recorder::record_literals(std::uint64_t end)
{
    if (recorded_ < std::min(end, block_start_)) {
        const std::uint64_t middle = std::min(end, block_start_);
        recipe_.literal(std::string_view{kept_}.substr(0, middle - recorded_));
        skip_to(middle);
    }
    if (recorded_ < end) {
        recipe_.literal(block_.substr(recorded_ - block_start_, end - recorded_));
        recorded_ = end;
    }
}

void Recorder::retire(std::uint64_t consumed)
{
    const std::uint64_t block_end = block_start_ + block_.size();
    record_literals(std::min(consumed, block_end));
    if (recorded_ < block_end)
        kept_ += block_.substr(std::max(recorded_, block_start_) - block_start_);
    block_start_ = block_end;
    block_ = {};
}

void Recorder::content(std::uint64_t position, std::uint64_t size, const std::string& path,
                       std::uint64_t offset)
{
    if (position < recorded_ || position + size > block_start_ + block_.size())
        throw Failure{ErrorCode::internal, "libarchive says that content is where it cannot be"};
    record_literals(position);
    recipe_.content(path, offset, size);
    skip_to(position + size);
}

} // namespace slipway::transfer
