// SPDX-License-Identifier: LGPL-2.1-or-later
// Interpolation: variables put into texts (Compose specification, 12-interpolation.md).
#include "compose/interpolate.hpp"

#include "compose/place.hpp"

namespace slipway::compose {

namespace {

constexpr std::size_t text_limit = 1'048'576;
constexpr std::size_t total_limit = 16 * text_limit;
constexpr std::size_t nesting_limit = 32;

bool begins_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool continues_name(char c)
{
    return begins_name(c) || (c >= '0' && c <= '9');
}

[[noreturn]] void refuse_template(const std::string& reason)
{
    throw Failure{ErrorCode::invalid_configuration, reason};
}

class Substitution {
  public:
    Substitution(const Lookup& lookup, const OnUnset& on_unset) : lookup_{&lookup}, on_unset_{&on_unset} {}

    std::string run(std::string_view text, std::size_t nesting = 0)
    {
        if (nesting > nesting_limit)
            refuse_template("variables within variables, too deeply");
        std::string result;
        while (!text.empty()) {
            const std::size_t dollar = text.find('$');
            append(result, text.substr(0, dollar));
            if (dollar == std::string_view::npos)
                break;
            text.remove_prefix(dollar + 1);
            if (text.starts_with('$')) {
                append(result, "$");
                text.remove_prefix(1);
            } else if (text.starts_with('{')) {
                const std::size_t end = end_of_braces(text);
                append(result, braced(text.substr(1, end - 1), nesting));
                text.remove_prefix(end + 1);
            } else if (const std::size_t length = name_length(text); length != 0) {
                append(result, value_or_nothing(std::string{text.substr(0, length)}));
                text.remove_prefix(length);
            } else {
                append(result, "$");
            }
        }
        return result;
    }

  private:
    static void append(std::string& result, std::string_view more)
    {
        if (result.size() + more.size() > text_limit)
            refuse_template("grows to more than a mebibyte by its variables");
        result += more;
    }

    static std::size_t name_length(std::string_view text)
    {
        if (text.empty() || !begins_name(text.front()))
            return 0;
        std::size_t length = 1;
        while (length < text.size() && continues_name(text[length]))
            ++length;
        return length;
    }

    // Of the brace that closes the one TEXT begins with.
    static std::size_t end_of_braces(std::string_view text)
    {
        std::size_t open = 1;
        for (std::size_t at = 1; at < text.size(); ++at) {
            if (text.substr(at).starts_with("$$"))
                ++at;
            else if (text.substr(at).starts_with("${")) {
                ++open;
                ++at;
            } else if (text[at] == '}' && --open == 0)
                return at;
        }
        refuse_template("'${' has no '}'; write $$ for a dollar sign itself");
    }

    std::string value_or_nothing(const std::string& name) const
    {
        if (std::optional<std::string> value = (*lookup_)(name))
            return *std::move(value);
        (*on_unset_)(name);
        return {};
    }

    std::string braced(std::string_view inside, std::size_t nesting)
    {
        const std::size_t length = name_length(inside);
        const std::string name{inside.substr(0, length)};
        std::string_view rest = inside.substr(length);
        if (length == 0)
            refuse_template("no variable's name after '${'; write $$ for a dollar sign itself");
        if (rest.empty())
            return value_or_nothing(name);

        const bool counts_empty = rest.front() == ':';
        if (counts_empty)
            rest.remove_prefix(1);
        const char how = rest.empty() ? '\0' : rest.front();
        if (how != '-' && how != '?' && how != '+')
            refuse_template("'${" + name + "' is followed by none of '}', ':-', '-', ':?', '?', ':+', '+'");
        rest.remove_prefix(1);

        std::optional<std::string> value = (*lookup_)(name);
        const bool is_there = value && !(counts_empty && value->empty());
        if (how == '+')
            return is_there ? run(rest, nesting + 1) : std::string{};
        if (is_there)
            return *std::move(value);
        if (how == '-')
            return run(rest, nesting + 1);
        const std::string message = run(rest, nesting + 1);
        refuse_template("the variable " + name + " must be set" + (counts_empty ? " and not empty" : "") +
                        (message.empty() ? "" : ": " + message));
    }

    const Lookup* lookup_;
    const OnUnset* on_unset_;
};

class TreeSubstitution {
  public:
    explicit TreeSubstitution(const std::function<void(const YamlNode&, const std::string&)>& on_unset)
        : on_unset_{&on_unset}
    {
    }

    void run(YamlNode& node, const std::string& path)
    {
        if (node.is_text() && node.text.find('$') != std::string::npos)
            substitute(node, path);
        for (std::size_t index = 0; YamlNode & entry : node.list)
            run(entry, entry_path(path, index++));
        // At the top x- keys are templates that are used by aliases, if at all; further down a label may be
        // called so.
        for (auto& [name, member] : node.mapping)
            if (!path.empty() || !name.starts_with("x-"))
                run(member, member_path(path, name));
    }

  private:
    void substitute(YamlNode& node, const std::string& path)
    {
        const auto lookup = [&node](const std::string& name) {
            return node.mark.source->environment->find(name);
        };
        const auto on_unset = [&](const std::string& name) { (*on_unset_)(node, name); };
        try {
            node.text = interpolate(node.text, lookup, on_unset);
        } catch (const Failure& failure) {
            refuse(node.mark, path, failure.message(), failure.code());
        }
        node.is_plain = false;
        total_ += node.text.size();
        if (total_ > total_limit)
            refuse(node.mark, path, "the file grows to more than 16 MiB by its variables");
    }

    const std::function<void(const YamlNode&, const std::string&)>* on_unset_;
    std::size_t total_ = 0;
};

} // namespace

std::string interpolate(std::string_view text, const Lookup& lookup, const OnUnset& on_unset)
{
    return Substitution{lookup, on_unset}.run(text);
}

void interpolate(YamlNode& node, const std::string& path,
                 const std::function<void(const YamlNode& where, const std::string& name)>& on_unset)
{
    TreeSubstitution{on_unset}.run(node, path);
}

} // namespace slipway::compose
