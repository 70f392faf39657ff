// SPDX-License-Identifier: LGPL-2.1-or-later
// A user's name looked up in an image's passwd and group; the three stand behind each other, a NUL between
// them.
#include "sandbox/user.hpp"

#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace slipway;
    std::string_view rest = fuzz::text_of(data, size);
    const auto take = [&rest] {
        const std::size_t end = rest.find('\0');
        const std::string part{rest.substr(0, end)};
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        return part;
    };
    const std::string user = take();
    const std::string passwd = take();
    const std::string group = take();
    try {
        sandbox::resolve_groups({user}, group);
        sandbox::resolve_user(user, {}, passwd, group);
    } catch (const Failure&) {
        return 0;
    }
    return 0;
}
