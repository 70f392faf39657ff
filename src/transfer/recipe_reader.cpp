// SPDX-License-Identifier: LGPL-2.1-or-later
// RecipeReader: letters, numbers and paths out of frames.
#include "transfer/recipe_reader.hpp"

#include "base/failure.hpp"
#include "transfer/entry_name.hpp"
#include "transfer/limits.hpp"
#include "transfer/refusal.hpp"

#include <algorithm>

namespace slipway::transfer {

namespace {

constexpr std::size_t digest_size = 32;

std::string hex_of(std::string_view bytes)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const char byte : bytes) {
        hex += digits[static_cast<unsigned char>(byte) >> 4U];
        hex += digits[static_cast<unsigned char>(byte) & 15U];
    }
    return hex;
}

bool is_plain(const std::string& path)
{
    try {
        return !path.empty() && path.find('\0') == std::string::npos && checked_name(path) == path;
    } catch (const Failure&) {
        return false;
    }
}

} // namespace

RecipeReader::RecipeReader(FrameSource& source) : source_{source}
{
    if (exactly(recipe_magic.size()) != recipe_magic)
        refuse_recipe("it is none, or of another version");
}

// At least one byte, at most LIMIT.
std::string_view RecipeReader::some(std::uint64_t limit)
{
    while (buffer_.empty()) {
        buffer_ = source_.next();
        if (buffer_.empty())
            refuse_recipe("it ends too early");
    }
    const std::string_view bytes = buffer_.substr(0, std::min<std::uint64_t>(limit, buffer_.size()));
    buffer_.remove_prefix(bytes.size());
    return bytes;
}

char RecipeReader::byte()
{
    return some(1).front();
}

std::uint64_t RecipeReader::number()
{
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const auto byte = static_cast<unsigned char>(this->byte());
        const std::uint64_t bits = byte & 0x7fU;
        if (bits << shift >> shift != bits)
            break;
        number |= bits << shift;
        if (byte < 0x80)
            return number;
    }
    refuse_recipe("a number is too large");
}

std::string RecipeReader::exactly(std::size_t size)
{
    std::string bytes;
    while (bytes.size() < size)
        bytes += some(size - bytes.size());
    return bytes;
}

std::string RecipeReader::path()
{
    const std::uint64_t size = number();
    if (size > path_limit)
        refuse_recipe("a path is too long");
    std::string path = exactly(size);
    if (!is_plain(path))
        refuse_recipe("a path leads out of the layer");
    return path;
}

void RecipeReader::read_extent(Record& record)
{
    record.path = path();
    record.offset = number();
    record.size = number();
    // So that nobody's sum of both overflows.
    if (record.offset > INT64_MAX || record.size > archive_limit)
        refuse_recipe("a file is too large");
}

void RecipeReader::count(std::uint64_t size)
{
    if (size > archive_limit - size_)
        refuse_recipe("the archive is too large");
    size_ += size;
}

void RecipeReader::skip_shelf(Record& record)
{
    if (!buffer_.empty() || !source_.is_between())
        refuse_recipe("a frame does not end where it must");
    record.frame = source_.offset();
    for (std::uint64_t left = record.size; left != 0;)
        left -= some(left).size();
    if (!buffer_.empty() || !source_.is_between())
        refuse_recipe("a frame does not end where it must");
}

std::optional<Record> RecipeReader::next()
{
    if (is_at_end_)
        return std::nullopt;
    if (literal_left_ != 0) {
        const std::string_view bytes = some(literal_left_);
        literal_left_ -= bytes.size();
        return Record{RecipeMark::literal, bytes};
    }
    Record record{static_cast<RecipeMark>(byte())};
    switch (record.mark) {
    case RecipeMark::literal:
        literal_left_ = number();
        count(literal_left_);
        if (literal_left_ != 0) {
            record.bytes = some(literal_left_);
            literal_left_ -= record.bytes.size();
        }
        return record;
    case RecipeMark::content:
        read_extent(record);
        count(record.size);
        return record;
    case RecipeMark::shelf:
        read_extent(record);
        skip_shelf(record);
        return record;
    case RecipeMark::end:
        record.size = number();
        record.digest = Digest::of_hex(hex_of(exactly(digest_size)));
        if (record.size != size_)
            refuse_recipe("its parts are not the whole");
        if (!buffer_.empty() || !source_.next().empty())
            refuse_recipe("something follows its end");
        is_at_end_ = true;
        return record;
    }
    refuse_recipe("a record is of no known kind");
}

} // namespace slipway::transfer
