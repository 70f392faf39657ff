// SPDX-License-Identifier: LGPL-2.1-or-later
// HealthCmd= and its kin.
#include "quadlet/convert.hpp"
#include "quadlet/words.hpp"

namespace slipway::quadlet {

void add_health(Item& item, Words& words)
{
    if (const Entry* const entry = item.last("HealthCmd")) {
        const std::string command = unquoted(entry->value);
        if (command == "none")
            words.emplace_back("--no-healthcheck");
        else if (command.starts_with('['))
            item.refuse(*entry, "HealthCmd= takes one line, which a shell executes, not a list");
        else
            add_option(words, "--health-cmd", command);
    }
    if (const Entry* const entry = item.last("HealthInterval")) {
        const std::string interval = unquoted(entry->value);
        if (interval == "disable")
            item.refuse(
                *entry,
                "HealthInterval=disable is not taken: a check is made from time to time, or HealthCmd=none");
        else
            add_option(words, "--health-interval", interval);
    }
    if (const Entry* const entry = item.last("HealthOnFailure")) {
        const std::string deed = unquoted(entry->value);
        if (deed == "none" || deed == "stop" || deed == "kill")
            add_option(words, "--on-unhealthy", deed == "none" ? "none" : "stop");
        else
            item.refuse(*entry,
                        "HealthOnFailure=" + deed +
                            " is not taken: none, stop or kill; Restart= of [Service] starts it again");
    }
}

} // namespace slipway::quadlet
