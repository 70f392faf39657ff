// SPDX-License-Identifier: LGPL-2.1-or-later
// RegistriesConf: tables of TOML into checked structs.
#include "oci/registries_conf.hpp"

#include "oci/credential_helper.hpp"
#include "oci/place_name.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace slipway::oci {

[[noreturn]] static void refuse_assertion()
{
    throw std::logic_error{"not TOML"};
}

} // namespace slipway::oci

// toml++ 3.3 takes for granted that a header has a key in it ("[" and a line's end), which its assertion
// tells, and which without that is undefined: here an assertion is a refusal, in release builds too.
#undef NDEBUG
#define TOML_ASSERT(expression)                                                                              \
    (static_cast<bool>(expression) ? static_cast<void>(0) : slipway::oci::refuse_assertion())
#define TOML_EXCEPTIONS 1
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace slipway::oci {

namespace {

constexpr std::size_t conf_limit = 1U << 20U;

class ConfReader {
  public:
    explicit ConfReader(std::string_view file) : file_{file} {}

    [[noreturn]] void refuse(const toml::node& at, const std::string& reason) const
    {
        refuse(static_cast<std::size_t>(at.source().begin.line), reason);
    }

    [[noreturn]] void refuse(std::size_t line, const std::string& reason) const
    {
        throw Failure{ErrorCode::invalid_configuration,
                      file_ + (line == 0 ? "" : ":" + std::to_string(line)) + ": " + reason};
    }

    template <typename T>
    std::optional<T> find(const toml::table& table, std::string_view name, const char* kind) const
    {
        const toml::node* node = table.get(name);
        if (node == nullptr)
            return std::nullopt;
        if (std::optional<T> value = node->value_exact<T>())
            return value;
        refuse(*node, std::string{name} + " must be " + kind);
    }

    std::string text(const toml::table& table, std::string_view name) const
    {
        std::string value = find<std::string>(table, name, "a string").value_or("");
        if (value.find_first_of(std::string_view{"\0\r\n", 3}) != std::string::npos)
            refuse(*table.get(name), std::string{name} + " has a line break or a NUL character");
        return value;
    }

    bool flag(const toml::table& table, std::string_view name) const
    {
        return find<bool>(table, name, "true or false").value_or(false);
    }

    // The tables of an array; none where it is absent.
    std::vector<const toml::table*> tables(const toml::table& table, std::string_view name) const
    {
        std::vector<const toml::table*> found;
        const toml::node* node = table.get(name);
        if (node == nullptr)
            return found;
        const toml::array* array = node->as_array();
        if (array == nullptr)
            refuse(*node, std::string{name} + " must be written [[" + std::string{name} + "]]");
        for (const toml::node& entry : *array) {
            if (!entry.is_table())
                refuse(entry, std::string{name} + " must be written [[" + std::string{name} + "]]");
            found.push_back(entry.as_table());
        }
        return found;
    }

    std::string location(const toml::table& table, std::string_view name, PlaceName::Wildcard wildcard) const
    {
        std::string value = text(table, name);
        if (value.empty())
            return value;
        while (value.ends_with('/'))
            value.pop_back();
        if (const Result<PlaceName> place = PlaceName::parse(value, wildcard); !place)
            refuse(*table.get(name), std::string{name} + ": " + place.failure().message());
        return value;
    }

  private:
    std::string file_;
};

struct UseName {
    std::string_view name;
    MirrorUse use;
};
constexpr std::array use_names{UseName{"all", MirrorUse::all},
                               UseName{"digest-only", MirrorUse::digests_only},
                               UseName{"tag-only", MirrorUse::tags_only}};

Mirror read_mirror(const ConfReader& reader, const toml::table& table, bool are_by_digest)
{
    Mirror mirror{reader.location(table, "location", PlaceName::Wildcard::refused),
                  reader.flag(table, "insecure"), are_by_digest ? MirrorUse::digests_only : MirrorUse::all};
    if (mirror.location.empty())
        reader.refuse(table, "a mirror without a location");
    if (const std::string use = reader.text(table, "pull-from-mirror"); !use.empty()) {
        const auto row = std::find_if(use_names.begin(), use_names.end(),
                                      [&use](const UseName& name) { return name.name == use; });
        if (row == use_names.end())
            reader.refuse(*table.get("pull-from-mirror"),
                          "pull-from-mirror must be \"all\", \"digest-only\" or \"tag-only\"");
        mirror.use = row->use;
    }
    return mirror;
}

std::optional<std::chrono::seconds> read_stall_timeout(const ConfReader& reader, const toml::table& table)
{
    constexpr std::int64_t longest = 3600;
    const std::optional<std::int64_t> seconds =
        reader.find<std::int64_t>(table, "stall-timeout", "a number of seconds");
    if (!seconds)
        return std::nullopt;
    if (*seconds < 1 || *seconds > longest)
        reader.refuse(*table.get("stall-timeout"),
                      "stall-timeout must be 1 to " + std::to_string(longest) + " seconds");
    return std::chrono::seconds{*seconds};
}

RegistryRule read_rule(const ConfReader& reader, const toml::table& table)
{
    RegistryRule rule;
    rule.prefix = reader.location(table, "prefix", PlaceName::Wildcard::allowed);
    rule.location = reader.location(table, "location", PlaceName::Wildcard::refused);
    rule.is_insecure = reader.flag(table, "insecure");
    rule.is_blocked = reader.flag(table, "blocked");
    if (rule.prefix.empty())
        rule.prefix = rule.location;
    if (rule.prefix.empty())
        reader.refuse(table, "a registry with neither prefix nor location");
    if (rule.location.empty() && !rule.prefix.starts_with("*."))
        rule.location = rule.prefix;
    rule.stall_timeout = read_stall_timeout(reader, table);
    const bool are_by_digest = reader.flag(table, "mirror-by-digest-only");
    for (const toml::table* mirror : reader.tables(table, "mirror"))
        rule.mirrors.push_back(read_mirror(reader, *mirror, are_by_digest));
    return rule;
}

std::vector<std::string> read_search(const ConfReader& reader, const toml::node& node)
{
    const toml::array* array = node.as_array();
    if (array == nullptr)
        reader.refuse(node, "unqualified-search-registries must be a list of strings");
    std::vector<std::string> search;
    for (const toml::node& entry : *array) {
        const std::optional<std::string> host = entry.value_exact<std::string>();
        if (!host)
            reader.refuse(entry, "unqualified-search-registries must be a list of strings");
        const Result<PlaceName> place = PlaceName::parse(*host, PlaceName::Wildcard::refused);
        if (!place)
            reader.refuse(entry, "unqualified-search-registries: " + place.failure().message());
        search.push_back(*host);
    }
    return search;
}

std::vector<std::string> read_helpers(const ConfReader& reader, const toml::node& node)
{
    const toml::array* array = node.as_array();
    if (array == nullptr)
        reader.refuse(node, "credential-helpers must be a list of strings");
    std::vector<std::string> helpers;
    for (const toml::node& entry : *array) {
        const std::optional<std::string> name = entry.value_exact<std::string>();
        if (!name || name->empty() || !is_helper_name(*name))
            reader.refuse(entry, "credential-helpers must be names of letters, digits, '-', '_' and '.'");
        helpers.push_back(*name);
    }
    return helpers;
}

std::map<std::string, std::string> read_aliases(const ConfReader& reader, const toml::node& node)
{
    const toml::table* table = node.as_table();
    if (table == nullptr)
        reader.refuse(node, "aliases must be a table");
    std::map<std::string, std::string> aliases;
    for (const auto& [key, value] : *table) {
        const std::string name{key.str()};
        const std::optional<std::string> target = value.value_exact<std::string>();
        if (!target)
            reader.refuse(value, "the alias of " + name + " must be a string");
        if (!target->empty() && (!parse_reference(*target) || target->find('@') != std::string::npos ||
                                 target->find('/') == std::string::npos))
            reader.refuse(value, "the alias of " + name + " must be HOST/NAME");
        aliases.emplace(name, *target);
    }
    return aliases;
}

ShortNames read_short_names(const ConfReader& reader, const toml::table& table, const std::string& text)
{
    if (text == "enforcing")
        return ShortNames::enforcing;
    if (text == "permissive")
        return ShortNames::permissive;
    if (text == "disabled")
        return ShortNames::disabled;
    reader.refuse(*table.get("short-name-mode"),
                  "short-name-mode must be \"enforcing\", \"permissive\" or \"disabled\"");
}

toml::table parse(std::string_view text, const ConfReader& reader)
{
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        reader.refuse(static_cast<std::size_t>(error.source().begin.line), std::string{error.description()});
    } catch (const std::logic_error& error) {
        reader.refuse(0, error.what());
    }
}

RegistriesConf read_conf(std::string_view text, const ConfReader& reader)
{
    if (text.size() > conf_limit)
        reader.refuse(0, "larger than " + std::to_string(conf_limit) + " bytes");
    const toml::table table = parse(text, reader);
    if (const toml::node* old = table.get("registries"))
        reader.refuse(*old, "[registries] is the format's version 1: write [[registry]] and "
                            "unqualified-search-registries");
    RegistriesConf conf;
    if (const toml::node* search = table.get("unqualified-search-registries"))
        conf.search = read_search(reader, *search);
    if (const toml::node* helpers = table.get("credential-helpers"))
        conf.credential_helpers = read_helpers(reader, *helpers);
    for (const toml::table* rule : reader.tables(table, "registry"))
        conf.rules.push_back(read_rule(reader, *rule));
    if (const toml::node* aliases = table.get("aliases"))
        conf.aliases = read_aliases(reader, *aliases);
    if (const std::string mode = reader.text(table, "short-name-mode"); !mode.empty())
        conf.short_names = read_short_names(reader, table, mode);
    return conf;
}

} // namespace

Result<RegistriesConf> parse_registries_conf(std::string_view toml, std::string_view file)
{
    try {
        return read_conf(toml, ConfReader{file});
    } catch (const Failure& failure) {
        return failure;
    }
}

} // namespace slipway::oci
