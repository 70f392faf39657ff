// SPDX-License-Identifier: LGPL-2.1-or-later
// Splitting a command line: which words are options, which are their values.
#include "arguments/split.hpp"

namespace slipway::cli {

namespace {

// True if WORD is an option whose value is the word behind it.
bool wants_next_word(std::string_view word, const ValueOptions& with_value)
{
    if (word.starts_with("--"))
        return with_value.contains(word);
    // "-it", "-eA=1", "-dite": the first letter that takes a value takes the rest of the word, or the next
    // one.
    for (std::size_t i = 1; i < word.size(); ++i)
        if (with_value.contains(std::string{'-', word[i]}))
            return i + 1 == word.size();
    return false;
}

} // namespace

SplitArguments split_at_operand(const std::vector<std::string>& arguments, const ValueOptions& with_value)
{
    SplitArguments split;
    auto word = arguments.begin();
    for (; word != arguments.end(); ++word) {
        if (*word == "--") {
            ++word;
            break;
        }
        if (word->size() < 2 || !word->starts_with('-'))
            break;
        split.options.push_back(*word);
        if (wants_next_word(*word, with_value) && std::next(word) != arguments.end())
            split.options.push_back(*++word);
    }
    split.operands.assign(word, arguments.end());
    return split;
}

std::vector<std::string> with_empty_values(const std::vector<std::string>& arguments,
                                           const ValueOptions& with_value)
{
    std::vector<std::string> words;
    auto word = arguments.begin();
    for (; word != arguments.end() && *word != "--"; ++word) {
        const std::string_view name = std::string_view{*word}.substr(0, word->empty() ? 0 : word->size() - 1);
        if (word->starts_with("--") && word->ends_with('=') && with_value.contains(name)) {
            words.insert(words.end(), {std::string{name}, ""});
            continue;
        }
        words.push_back(*word);
        if (word->starts_with('-') && wants_next_word(*word, with_value) &&
            std::next(word) != arguments.end())
            words.push_back(*++word);
    }
    words.insert(words.end(), word, arguments.end());
    return words;
}

} // namespace slipway::cli
