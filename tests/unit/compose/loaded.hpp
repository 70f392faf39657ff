// SPDX-License-Identifier: LGPL-2.1-or-later
// loaded: projects of files that are in a test's memory.
#pragma once

#include "compose/load.hpp"
#include "support/failure_of.hpp"

#include <map>
#include <string>

namespace slipway::compose {

using FileTexts = std::map<std::string, std::string>;

// Of FILES, by absolute paths, in /srv/My_Shop; with VARIABLES as the environment.
inline Result<Project> try_load(const FileTexts& files, const LoadOptions& options = {},
                                const Variables& variables = {})
{
    const auto find = [](const std::map<std::string, std::string>& texts, const std::string& name) {
        const auto found = texts.find(name);
        return found == texts.end() ? std::nullopt : std::optional{found->second};
    };
    LoadOptions here = options;
    if (here.working_directory == "/")
        here.working_directory = "/srv/My_Shop";
    return load(here, {[&](const std::string& path) { return find(files, path); },
                       [&](const std::string& name) { return find(variables, name); }});
}

inline Project loaded(const FileTexts& files, const LoadOptions& options = {},
                      const Variables& variables = {})
{
    return try_load(files, options, variables).value();
}

// Of one compose.yaml.
inline Project loaded(const std::string& text, const Variables& variables = {})
{
    return loaded(FileTexts{{"/srv/My_Shop/compose.yaml", text}}, {}, variables);
}

// The service "web" of a file that has its keys, indented by two blanks as they are at its top.
inline Service web(const std::string& keys, const Variables& variables = {})
{
    std::string text = "volumes: {data: }\nnetworks: {front: }\nconfigs: {c: {content: x}}\n"
                       "secrets: {s: {environment: S}}\nservices:\n other: {image: o}\n web:\n  image: i\n  ";
    for (const char c : keys)
        text += c == '\n' ? std::string{"\n  "} : std::string{c};
    return loaded(text + "\n", variables).services.at("web");
}

} // namespace slipway::compose

#define EXPECT_REFUSED(deed, words) EXPECT_FAILURE(deed, ::slipway::ErrorCode::invalid_configuration, words)
