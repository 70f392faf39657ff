// SPDX-License-Identifier: LGPL-2.1-or-later
// Users looked up as passwd(5) and group(5) write them.
#include "sandbox/user.hpp"

#include "kernel/in_root.hpp"

#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <vector>

namespace slipway::sandbox {

namespace {

constexpr std::size_t file_limit = 1U << 20U;

std::vector<std::string_view> split(std::string_view text, char by)
{
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find(by, begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

std::optional<std::uint32_t> number_of(std::string_view text)
{
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    // (uid_t)-1 means "leave as it is" to the kernel.
    if (error != std::errc{} || end != text.data() + text.size() || number == UINT32_MAX)
        return std::nullopt;
    return number;
}

} // namespace

ResolvedUser resolve_user(std::string_view wish, const oci::User& fallback, std::string_view passwd,
                          std::string_view group)
{
    ResolvedUser user;
    user.ids = fallback;
    const std::size_t colon = wish.find(':');
    const std::string_view name = wish.substr(0, colon);
    const std::string_view group_name = colon == std::string_view::npos ? "" : wish.substr(colon + 1);
    const std::optional<std::uint32_t> number = name.empty() ? std::optional{fallback.uid} : number_of(name);

    std::string found_name;
    for (const std::string_view line : split(passwd, '\n')) {
        const std::vector<std::string_view> fields = split(line, ':');
        if (fields.size() < 7)
            continue;
        const auto uid = number_of(fields[2]);
        const auto gid = number_of(fields[3]);
        if (!uid || !gid || (number ? *uid != *number : fields[0] != name))
            continue;
        found_name = fields[0];
        user.ids.uid = *uid;
        if (!wish.empty())
            user.ids.gid = *gid;
        if (!fields[5].empty() && fields[5].front() == '/')
            user.home = fields[5];
        break;
    }
    if (found_name.empty()) {
        if (!number)
            throw Failure{ErrorCode::no_such_user,
                          "no user '" + std::string{name} +
                              "' in the image's /etc/passwd (a number needs no entry)"};
        user.ids.uid = *number;
        if (!wish.empty() && !name.empty())
            user.ids.gid = 0;
    }

    bool is_group_found = group_name.empty();
    if (const auto gid = number_of(group_name); !group_name.empty() && gid) {
        user.ids.gid = *gid;
        is_group_found = true;
    }
    for (const std::string_view line : split(group, '\n')) {
        const std::vector<std::string_view> fields = split(line, ':');
        if (fields.size() < 4)
            continue;
        const auto gid = number_of(fields[2]);
        if (!gid)
            continue;
        if (!is_group_found && fields[0] == group_name) {
            user.ids.gid = *gid;
            is_group_found = true;
        }
        const std::vector<std::string_view> members = split(fields[3], ',');
        if (group_name.empty() && !found_name.empty() && user.ids.additional_gids.size() < 64 &&
            std::find(members.begin(), members.end(), found_name) != members.end())
            user.ids.additional_gids.push_back(*gid);
    }
    if (!is_group_found)
        throw Failure{ErrorCode::no_such_user, "no group '" + std::string{group_name} +
                                                   "' in the image's /etc/group (a number needs no entry)"};
    return user;
}

std::vector<std::uint32_t> resolve_groups(const std::vector<std::string>& wishes, std::string_view group)
{
    std::vector<std::uint32_t> numbers;
    for (const std::string& wish : wishes) {
        std::optional<std::uint32_t> number = number_of(wish);
        for (const std::string_view line : split(group, '\n')) {
            if (number)
                break;
            const std::vector<std::string_view> fields = split(line, ':');
            if (fields.size() >= 4 && fields[0] == wish)
                number = number_of(fields[2]);
        }
        if (!number)
            throw Failure{ErrorCode::no_such_user,
                          "no group '" + wish + "' in the image's /etc/group (a number needs no entry)"};
        numbers.push_back(*number);
    }
    return numbers;
}

std::string read_in_root(const Fd& root, const std::string& path)
{
    const Fd file = kernel::find_in_root(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    struct stat status {};
    if (!file || ::fstat(file.number(), &status) < 0 || !S_ISREG(status.st_mode))
        return {};
    // The size alone, since clearing a whole MiB takes half a millisecond.
    std::string content(std::min(static_cast<std::size_t>(status.st_size), file_limit), '\0');
    std::size_t used = 0;
    while (used < content.size()) {
        const ssize_t count = ::read(file.number(), content.data() + used, content.size() - used);
        if (count <= 0)
            break;
        used += static_cast<std::size_t>(count);
    }
    content.resize(used);
    return content;
}

} // namespace slipway::sandbox
