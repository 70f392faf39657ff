// SPDX-License-Identifier: LGPL-2.1-or-later
// Options: in the order of the keys' table, so that the same file makes the same unit.
#include "quadlet/options.hpp"

#include "quadlet/words.hpp"

#include <algorithm>

namespace slipway::quadlet {

namespace {

void add_pairs(Item& item, const Key& key, Words& words)
{
    std::vector<std::pair<std::string, std::string>> pairs; // the name, and the whole
    for (const Entry* const entry : item.all(key.name))
        for (const std::string& word : item.words(*entry)) {
            const std::string name = word.substr(0, word.find('='));
            if (name.empty())
                item.refuse(*entry, entry->key + "=: '" + word + "' is no KEY=VALUE");
            const auto other = std::find_if(pairs.begin(), pairs.end(),
                                            [&](const auto& pair) { return pair.first == name; });
            if (other != pairs.end())
                other->second = word;
            else
                pairs.emplace_back(name, word);
        }
    for (const auto& [name, whole] : pairs)
        add_option(words, key.word, whole);
}

} // namespace

Words base_command(Item& item, const Surroundings& surroundings)
{
    Words words{"/usr/bin/slipway"};
    if (surroundings.scope == Scope::user)
        words.emplace_back("--user");
    for (const Entry* const entry : item.all("GlobalArgs"))
        for (std::string& word : item.words(*entry)) {
            if (word == "--debug")
                words.push_back(std::move(word));
            else
                item.refuse(*entry, "GlobalArgs=" + word +
                                        " is no option of slipway's before the verb, only --debug");
        }
    return words;
}

void add_option(Words& words, std::string_view option, const std::string& value)
{
    // What looks like an option would be taken for one, and what is empty for none.
    if (value.empty() || value.starts_with('-')) {
        words.push_back(std::string{option} + '=' + value);
        return;
    }
    words.emplace_back(option);
    words.push_back(value);
}

void add_options(Item& item, Words& words)
{
    for (const Key& key : keys_of(item.kind)) {
        switch (key.shape) {
        case Shape::text:
            if (const std::optional<std::string> value = item.text(key.name))
                add_option(words, key.word, *value);
            break;
        case Shape::list:
            for (const Entry* const entry : item.all(key.name))
                add_option(words, key.word, unquoted(entry->value));
            break;
        case Shape::words:
            for (const Entry* const entry : item.all(key.name))
                for (const std::string& word : item.words(*entry))
                    add_option(words, key.word, word);
            break;
        case Shape::pairs:
            add_pairs(item, key, words);
            break;
        case Shape::flag:
            if (item.truth(key.name, Item::Truth::no))
                words.emplace_back(key.word);
            break;
        case Shape::only:
        case Shape::deed:
        case Shape::refused:
            break;
        }
    }
}

void add_own_words(Item& item, Words& words)
{
    for (const Entry* const entry : item.all("PodmanArgs"))
        for (std::string& word : item.words(*entry))
            words.push_back(std::move(word));
}

} // namespace slipway::quadlet
