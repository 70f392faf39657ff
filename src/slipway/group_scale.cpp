// SPDX-License-Identifier: LGPL-2.1-or-later
// group scale: more or fewer replicas of members.
#include "slipway/group_verbs.hpp"
#include "slipway/verbs.hpp"

#include <charconv>

namespace slipway::cli {

namespace {

struct Scaling {
    std::string member;
    std::uint32_t replicas = 0;
};

// "web=3".
Scaling parse_scaling(const std::string& text)
{
    Scaling scaling;
    const std::size_t equals = text.find('=');
    scaling.member = text.substr(0, equals);
    const std::string number = equals == std::string::npos ? "" : text.substr(equals + 1);
    const char* const end = number.data() + number.size();
    const auto read = std::from_chars(number.data(), end, scaling.replicas);
    if (scaling.member.empty() || number.empty() || read.ec != std::errc{} || read.ptr != end)
        throw UsageError{"MEMBER=N is a member and how many of it there are to be, not '" + text + "'"};
    return scaling;
}

} // namespace

int group_scale(Context& context, const Arguments& arguments)
{
    std::string name;
    std::vector<std::string> words;
    Options options{"group scale GROUP MEMBER=N...", "Makes more replicas of members, or takes some away."};
    options.operand("GROUP", name, "The group");
    options.operands("MEMBER=N", words, "A member and how many of it there are to be");
    options.parse(arguments);

    std::vector<Scaling> scalings;
    scalings.reserve(words.size());
    for (const std::string& word : words)
        scalings.push_back(parse_scaling(word));
    for (const Scaling& scaling : scalings)
        run_group_job(context, name, [&scaling](client::Group& group) {
            return group.scale(scaling.member, scaling.replicas);
        });
    return 0;
}

} // namespace slipway::cli
