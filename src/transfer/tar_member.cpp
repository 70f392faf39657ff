// SPDX-License-Identifier: LGPL-2.1-or-later
// TarMember: a tar of one file, without its end.
#include "transfer/tar_member.hpp"

#include "base/failure.hpp"
#include "transfer/special_headers.hpp"

#include <utility>

namespace slipway::transfer {

namespace {

// Two blocks of zeros.
constexpr std::size_t end_mark = 2 * tar_block;
constexpr mode_t member_mode = 0644;

} // namespace

Entry member_entry(std::string name, std::uint64_t size)
{
    Entry entry;
    entry.name = std::move(name);
    entry.mode = member_mode;
    entry.size = size;
    return entry;
}

TarMember::TarMember(std::function<void(std::string_view)> out, std::string name, std::uint64_t size)
    : out_{std::move(out)}, writer_{[this](std::string_view bytes) { hold_back(bytes); }}
{
    writer_.begin(member_entry(std::move(name), size));
}

void TarMember::hold_back(std::string_view bytes)
{
    if (bytes.size() < end_mark) {
        held_ += bytes;
        if (held_.size() > end_mark) {
            out_(std::string_view{held_}.substr(0, held_.size() - end_mark));
            held_.erase(0, held_.size() - end_mark);
        }
        return;
    }
    out_(held_);
    out_(bytes.substr(0, bytes.size() - end_mark));
    held_ = bytes.substr(bytes.size() - end_mark);
}

void TarMember::finish()
{
    writer_.finish();
    if (held_ != std::string(end_mark, '\0'))
        throw Failure{ErrorCode::internal, "libarchive ends a tar in another way"};
}

} // namespace slipway::transfer
