// SPDX-License-Identifier: LGPL-2.1-or-later
// include: other models put under this one (Compose specification, 14-include.md).
#include "compose/env_file.hpp"
#include "compose/merge.hpp"
#include "compose/model.hpp"
#include "compose/place.hpp"
#include "compose/read.hpp"

#include <algorithm>
#include <filesystem>

namespace slipway::compose {

namespace {

struct Inclusion {
    std::vector<std::string> paths;
    std::string project_directory;
    std::vector<std::string> env_files;
};

std::string local_path(const Value& value)
{
    const std::string word = read::word(value);
    if (word.find("://") != std::string::npos || word.starts_with("git@"))
        value.refuse(in_quotes(word) + " is not on this machine; only files of it are included");
    return read::path(value);
}

std::vector<std::string> local_paths(const Value& value)
{
    std::vector<std::string> paths;
    if (!value.node().is_list())
        return {local_path(value)};
    for (const Value& entry : value.entries())
        paths.push_back(local_path(entry));
    return paths;
}

Inclusion read_inclusion(const Value& value)
{
    Inclusion inclusion;
    if (value.node().is_text()) {
        inclusion.paths = {local_path(value)};
    } else {
        Fields fields{value};
        fields.take("path", inclusion.paths, local_paths);
        fields.take("project_directory", inclusion.project_directory, read::path);
        fields.take("env_file", inclusion.env_files, local_paths);
        fields.finish();
        if (inclusion.paths.empty())
            fields.refuse("has no path");
    }
    if (inclusion.project_directory.empty())
        inclusion.project_directory = std::filesystem::path{inclusion.paths.front()}.parent_path();
    return inclusion;
}

} // namespace

void ModelReader::include_models(YamlNode& model)
{
    const auto include = model.mapping.find("include");
    if (include == model.mapping.end())
        return;
    const YamlNode entries = std::move(include->second);
    model.mapping.erase(include);
    if (entries.is_null())
        return;
    if (!entries.is_list())
        refuse(entries.mark, "include", "must be a list");
    for (std::size_t index = 0; const YamlNode& entry : entries.list)
        include_model(entry, entry_path("include", index++), model);
}

void ModelReader::include_model(const YamlNode& entry, const std::string& path, YamlNode& model)
{
    std::vector<Note> no_notes;
    const Inclusion inclusion = read_inclusion(Value{entry, path, no_notes});
    const std::string& first = inclusion.paths.front();
    if (std::ranges::find(including_, first) != including_.end())
        refuse(entry.mark, path,
               display_name(first) + " is included by itself, through " + display_name(including_.back()));

    const std::shared_ptr<const Environment> outer = entry.mark.source->environment;
    const auto lookup = [&outer](const std::string& name) { return outer->find(name); };
    Variables variables;
    std::vector<std::string> env_files = inclusion.env_files;
    if (env_files.empty())
        env_files.push_back(std::filesystem::path{inclusion.project_directory} / ".env");
    for (const std::string& env_file : env_files) {
        // How people say that there shall be none.
        if (env_file == "/dev/null")
            continue;
        if (const std::optional<std::string> text = files_->read(env_file))
            read_env_file(*text, display_name(env_file), EnvFormat::compose, lookup, variables);
        else if (!inclusion.env_files.empty())
            refuse(entry.mark, path, "there is no file " + in_quotes(env_file));
    }
    const auto environment = std::make_shared<const Environment>(outer, std::move(variables));

    std::vector<ParsedFile> files;
    for (const std::string& each : inclusion.paths) {
        try {
            files.push_back(parse(each, inclusion.project_directory, environment));
        } catch (const Failure& failure) {
            if (failure.code() != ErrorCode::no_such_file)
                throw;
            refuse(entry.mark, path, failure.message());
        }
    }
    YamlNode included = this->model(std::move(files));
    for (const char* section : {"services", "networks", "volumes", "configs", "secrets"}) {
        const auto theirs = included.mapping.find(section);
        if (theirs == included.mapping.end())
            continue;
        // What the including file says of the same thing is put over it.
        TreePath at{section};
        const auto [ours, is_new] = model.mapping.try_emplace(section);
        ours->second =
            is_new ? std::move(theirs->second) : merged(std::move(theirs->second), ours->second, at);
    }
}

} // namespace slipway::compose
