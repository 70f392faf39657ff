// SPDX-License-Identifier: LGPL-2.1-or-later
// User=, UserNS=, and what a container may.
#include "quadlet/convert.hpp"
#include "quadlet/words.hpp"

namespace slipway::quadlet {

namespace {

void add_user(Item& item, Words& words)
{
    const std::optional<std::string> user = item.text("User");
    const Entry* const group = item.last("Group");
    if (group != nullptr && !user) {
        item.refuse(*group, "Group= goes with User=");
        return;
    }
    if (user)
        add_option(words, "--user", group == nullptr ? *user : *user + ':' + unquoted(group->value));
}

void add_groups(Item& item, Words& words)
{
    for (const Entry* const entry : item.all("GroupAdd")) {
        const std::string group = unquoted(entry->value);
        if (group == "keep-groups")
            item.refuse(
                *entry,
                "GroupAdd=keep-groups is not taken: groups of the host's mean nothing in a container");
        add_option(words, "--group-add", group);
    }
}

} // namespace

void add_user_namespace(Item& item, Words& words)
{
    const Entry* const entry = item.last("UserNS");
    if (entry == nullptr)
        return;
    const std::string wish = unquoted(entry->value);
    if (wish == "auto" || wish == "host" || wish == "keep")
        add_option(words, "--userns", wish);
    else
        item.refuse(*entry, "UserNS=" + wish +
                                " is not taken: auto, host or slipway's keep, which leaves IDs as they are");
}

void add_security(Item& item, Words& words)
{
    add_user(item, words);
    add_groups(item, words);
    add_user_namespace(item, words);
    if (item.last("NoNewPrivileges") != nullptr)
        add_option(words, "--security-opt",
                   item.truth("NoNewPrivileges", Item::Truth::yes) ? "no-new-privileges=true"
                                                                   : "no-new-privileges=false");
    if (const std::optional<std::string> profile = item.text("SeccompProfile"))
        add_option(words, "--security-opt",
                   "seccomp=" + (*profile == "unconfined" ? *profile : absolute_path(item, *profile)));
    if (item.last("Unmask") != nullptr)
        add_option(words, "--security-opt", "systempaths=unconfined");
    static_cast<void>(item.truth("SecurityLabelDisable", Item::Truth::no));
}

} // namespace slipway::quadlet
