// SPDX-License-Identifier: LGPL-2.1-or-later
// The specification's schema, key by key: each makes a difference or is named as not acted on.
#include "base/file.hpp"
#include "loaded.hpp"
#include "schema_keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace slipway::compose {
namespace {

const char* const base_text = "services:\n"
                              "  s: {image: i}\n"
                              "  other: {image: o}\n"
                              "  base: {image: b}\n"
                              "networks: {n: {}}\n"
                              "volumes: {v: {}}\n"
                              "configs: {c: {content: x}}\n"
                              "secrets: {k: {environment: E}}\n";
const char* const other_text =
    "services: {base: {image: from-other, volumes: ['./rel:/rel'], environment: {V: \"${OWN:-none}\"}}}\n";

// A name for "*".
std::string name_in(const std::string& section, bool is_at_top)
{
    if (section == "services")
        return "s";
    if (section == "depends_on")
        return "other";
    if (section == "ulimits")
        return "nofile";
    return section == "networks" && !is_at_top ? "n" : "new";
}

struct Step {
    std::string name;
    bool is_list = false;
    std::string path; // up to here, as messages have it
};

std::vector<Step> steps_of(std::string_view pattern)
{
    std::vector<Step> steps;
    std::string path;
    for (;;) {
        const std::size_t dot = pattern.find('.');
        Step step{std::string{pattern.substr(0, dot)}, false, {}};
        if (step.name.ends_with("[]")) {
            step.is_list = true;
            step.name.resize(step.name.size() - 2);
        }
        if (step.name == "*")
            step.name = name_in(steps.back().name, steps.size() == 1);
        path += (path.empty() ? "" : ".") + step.name;
        step.path = path;
        if (step.is_list)
            path += "[0]";
        steps.push_back(std::move(step));
        if (dot == std::string_view::npos)
            return steps;
        pattern.remove_prefix(dot + 1);
    }
}

enum class Wish { with_key, without_key };

std::string fragment(const SchemaKey& key, Wish wish)
{
    const std::vector<Step> steps = steps_of(key.path);
    const bool is_above = key.siblings.starts_with('@');
    const std::string siblings{is_above ? key.siblings.substr(1) : key.siblings};
    const auto joined = [](std::string one, const std::string& other) {
        return one + (one.empty() || other.empty() ? "" : ", ") + other;
    };
    std::string text = wish == Wish::with_key ? steps.back().name + ": " + std::string{key.value} : "";
    if (!is_above)
        text = joined(siblings, text);
    for (std::size_t depth = steps.size() - 1; depth-- > 0;) {
        const Step& step = steps[depth];
        text = "{" + text + "}";
        text = step.name + ": " + (step.is_list ? "[" + text + "]" : text);
        if (is_above && depth + 2 == steps.size())
            text = joined(siblings, text);
    }
    return text.empty() ? "x-empty: 0\n" : text + "\n";
}

Result<Project> with_fragment(const std::string& text)
{
    LoadOptions options;
    options.files = {"base.yaml", "compose.yaml"};
    return try_load({{"/srv/My_Shop/base.yaml", base_text},
                     {"/srv/My_Shop/compose.yaml", text},
                     {"/srv/My_Shop/other.yaml", other_text},
                     {"/srv/My_Shop/own.env", "OWN='1'\n"}},
                    options);
}

bool is_same(const Project& one, const Project& other)
{
    return one.name == other.name && one.services == other.services && one.networks == other.networks &&
           one.volumes == other.volumes && one.configs == other.configs && one.secrets == other.secrets;
}

// The key itself, or what it is in.
bool is_named(const Project& project, const SchemaKey& key)
{
    for (const Step& step : steps_of(key.path))
        for (const Note& note : project.unheeded)
            if (note.path == step.path)
                return true;
    return false;
}

TEST(TheSchema, HasNoKeyThatIsSilentlyDropped)
{
    for (const SchemaKey& key : schema_keys) {
        SCOPED_TRACE(std::string{key.path} + "\n" + fragment(key, Wish::with_key));
        const Result<Project> with = with_fragment(fragment(key, Wish::with_key));
        ASSERT_TRUE(with) << with.failure().message();
        const Result<Project> without = with_fragment(fragment(key, Wish::without_key));
        // What cannot be left out is read as well.
        const bool makes_difference = !without || !is_same(with.value(), without.value());
        EXPECT_TRUE(makes_difference || is_named(with.value(), key));
        // And what is named makes none.
        if (without && is_named(with.value(), key)) {
            EXPECT_TRUE(is_same(with.value(), without.value()));
        }
    }
}

TEST(TheSchema, IsAllThatIsTaken)
{
    for (const SchemaKey& key : schema_keys) {
        const std::size_t dot = key.path.rfind('.');
        const std::string beside{key.path.substr(0, dot == std::string_view::npos ? 0 : dot + 1)};
        const std::string path = beside + "zzzz";
        const std::string text = fragment({path, "0", key.siblings}, Wish::with_key);
        SCOPED_TRACE(text);
        EXPECT_REFUSED(with_fragment(text).value(), "zzzz: is no key of the Compose specification here");
    }
}

TEST(TheDocument, HasEveryKeyWhereItBelongs)
{
    const std::string page = read_file(SLIPWAY_DOCUMENT);
    const std::size_t border = page.find("## What is named and not acted on");
    ASSERT_NE(border, std::string::npos);
    const std::string acted_on = page.substr(0, border);
    const std::string named = page.substr(border);
    for (const SchemaKey& key : schema_keys) {
        const std::string name = std::string{key.path.substr(key.path.rfind('.') + 1)} + "`";
        const auto has_name = [&](const std::string& text) {
            return text.find("`" + name) != std::string::npos || text.find("." + name) != std::string::npos;
        };
        const Project project = with_fragment(fragment(key, Wish::with_key)).value();
        bool is_unheeded = false;
        for (const Note& note : project.unheeded)
            is_unheeded = is_unheeded || note.path == steps_of(key.path).back().path;
        if (is_unheeded)
            EXPECT_NE(named.find("`" + std::string{key.path} + "`"), std::string::npos) << key.path;
        else if (is_named(project, key))
            EXPECT_TRUE(has_name(page)) << key.path;
        else
            EXPECT_TRUE(has_name(acted_on)) << key.path;
    }
}

} // namespace
} // namespace slipway::compose
