// SPDX-License-Identifier: LGPL-2.1-or-later
// An archive of any compression: entries are safe to look up, or the archive is refused.
#include "target.hpp"
#include "transfer/tar_reader.hpp"

#include <algorithm>
#include <clocale>

namespace {

// More out of an input is only more of the same.
constexpr std::uint64_t enough = std::uint64_t{1} << 22U;

void require_safe(std::string_view name)
{
    using slipway::fuzz::require;
    require(!name.starts_with('/') && !name.ends_with('/') && name.find('\0') == std::string_view::npos);
    for (std::size_t begin = 0; begin < name.size();) {
        const std::size_t end = std::min(name.find('/', begin), name.size());
        const std::string_view component = name.substr(begin, end - begin);
        require(!component.empty() && component != "." && component != "..");
        begin = end + 1;
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    static const bool has_locale = std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr;
    fuzz::require(has_locale);
    std::string_view rest = fuzz::text_of(data, size);
    try {
        transfer::HashingReader bytes{[&rest](char* buffer, std::size_t room) {
            const std::size_t count = rest.copy(buffer, room);
            rest.remove_prefix(count);
            return count;
        }};
        transfer::TarReader reader{bytes};
        for (auto entry = reader.next(); entry && bytes.size() < enough; entry = reader.next()) {
            require_safe(entry->name);
            if (entry->kind == transfer::EntryKind::hard_link)
                require_safe(entry->target);
            while (bytes.size() < enough && reader.next_piece()) {
            }
        }
    } catch (const Failure&) {
        return 0;
    }
    return 0;
}
