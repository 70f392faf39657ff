// SPDX-License-Identifier: LGPL-2.1-or-later
// Shelves: one pass over the recipe to find them; each is decompressed when it is wanted.
#include "transfer/shelves.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace slipway::transfer {

namespace {

void send_zeros(std::uint64_t count, const WriteBytes& out)
{
    static constexpr std::array<char, 4096> zeros{};
    for (; count > zeros.size(); count -= zeros.size())
        out({zeros.data(), zeros.size()});
    out({zeros.data(), count});
}

} // namespace

Shelves::Shelves(ReadAt recipe) : recipe_{std::move(recipe)}
{
    Frames frames{recipe_};
    RecipeReader reader{frames};
    std::size_t shelves = 0;
    std::uint64_t number = 0;
    for (std::optional<Record> record = reader.next(); record; record = reader.next(), ++number) {
        if (record->mark == RecipeMark::end)
            tar_size_ = record->size;
        if (record->mark != RecipeMark::shelf)
            continue;
        if (++shelves > shelf_limit)
            throw Failure{ErrorCode::damaged_layer,
                          "the layer's recipe is damaged (too many replaced files): "
                          "remove the image and get it again"};
        extents_[record->path].push_back({number, record->offset, record->size, record->frame});
    }
}

void Shelves::send(const Extent& extent, std::uint64_t from, std::uint64_t to, const WriteBytes& out) const
{
    Frames frames{recipe_, extent.frame};
    std::uint64_t place = extent.offset;
    while (place < to) {
        std::string_view bytes = frames.next();
        if (bytes.empty())
            throw Failure{ErrorCode::damaged_layer, "the layer's recipe ends too early"};
        bytes = bytes.substr(0, to - place);
        const std::uint64_t start = std::max(from, place);
        if (start < place + bytes.size())
            out(bytes.substr(start - place));
        place += bytes.size();
    }
}

bool Shelves::has_sent(const Record& content, std::uint64_t number, const WriteBytes& out) const
{
    const auto found = extents_.find(content.path);
    if (found == extents_.end())
        return false;
    const std::vector<Extent>& extents = found->second;
    auto extent = std::find_if(extents.begin(), extents.end(),
                               [number](const Extent& candidate) { return candidate.number > number; });
    if (extent == extents.end())
        return false;
    // Those of one file follow each other, and are in order.
    const std::uint64_t end = content.offset + content.size;
    std::uint64_t place = content.offset;
    for (std::uint64_t expected = extent->number;
         extent != extents.end() && extent->number == expected && place < end; ++extent, ++expected)
    {
        if (extent->offset >= end)
            break;
        const std::uint64_t to = std::min(end, extent->offset + extent->size);
        if (to <= place)
            continue;
        const std::uint64_t from = std::max(place, extent->offset);
        send_zeros(from - place, out);
        send(*extent, from, to, out);
        place = to;
    }
    send_zeros(end - place, out);
    return true;
}

} // namespace slipway::transfer
