// SPDX-License-Identifier: LGPL-2.1-or-later
// A layer's recipe, compressed or (behind a first byte "r") as records: paths stay in the layer, sums fit, or
// the recipe is refused.
#include "target.hpp"
#include "transfer/recipe_reader.hpp"

#include <algorithm>

namespace {

// Without compression, 64 bytes are a frame.
class Lines final : public slipway::transfer::FrameSource {
  public:
    explicit Lines(std::string_view bytes) : bytes_{bytes} {}
    std::string_view next() override
    {
        const std::string_view line = bytes_.substr(at_, std::min<std::size_t>(64, bytes_.size() - at_));
        at_ += line.size();
        return line;
    }
    bool is_between() const override { return true; }
    std::uint64_t offset() const override { return at_; }

  private:
    std::string_view bytes_;
    std::size_t at_ = 0;
};

void read_records(slipway::transfer::FrameSource& source)
{
    using slipway::fuzz::require;
    using slipway::transfer::RecipeMark;
    std::uint64_t size = 0;
    bool has_ended = false;
    slipway::transfer::RecipeReader reader{source};
    // More is only more of the same.
    constexpr int enough = 100'000;
    for (int count = 0; count < enough; ++count) {
        const auto record = reader.next();
        if (!record)
            break;
        require(!has_ended);
        size += record->mark == RecipeMark::literal ? record->bytes.size() : 0;
        size += record->mark == RecipeMark::content ? record->size : 0;
        if (record->mark == RecipeMark::content || record->mark == RecipeMark::shelf) {
            require(!record->path.empty() && record->path.front() != '/' &&
                    record->path.find('\0') == std::string::npos);
            require(("/" + record->path + "/").find("/../") == std::string::npos);
            require(record->offset + record->size >= record->offset);
        }
        if (record->mark == RecipeMark::end) {
            has_ended = true;
            require(record->size == size && record->digest.has_value());
        }
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    const std::string_view bytes = fuzz::text_of(data, size);
    try {
        if (bytes.starts_with('r')) {
            Lines lines{bytes.substr(1)};
            read_records(lines);
        } else {
            transfer::Frames frames{[bytes](char* buffer, std::size_t room, std::uint64_t offset) {
                return offset >= bytes.size() ? 0 : bytes.substr(offset).copy(buffer, room);
            }};
            read_records(frames);
        }
    } catch (const Failure&) {
        return 0;
    }
    return 0;
}
