// SPDX-License-Identifier: LGPL-2.1-or-later
// Readers of environments and labels, and of the files that have them.
#include "compose/env_file.hpp"
#include "compose/read_parts.hpp"

namespace slipway::compose::read {

namespace {

struct FileOfVariables {
    std::string path;
    bool is_required = true;
    EnvFormat format = EnvFormat::compose;
};

FileOfVariables file_of_variables(const Value& value)
{
    FileOfVariables file;
    if (!value.node().is_mapping()) {
        file.path = path(value);
        return file;
    }
    Fields fields{value};
    fields.take("path", file.path, path);
    fields.take("required", file.is_required, flag);
    fields.take("format", file.format, [](const Value& each) {
        const std::string format = text(each);
        if (format != "raw" && !format.empty())
            each.refuse(in_quotes(format) +
                        " is no format of such files; raw is, and none for the usual one");
        return format == "raw" ? EnvFormat::raw : EnvFormat::compose;
    });
    fields.finish();
    if (file.path.empty())
        fields.refuse("has no path");
    return file;
}

void read_file_of_variables(const Value& value, Files& files, Variables& variables)
{
    const FileOfVariables file = file_of_variables(value);
    const std::optional<std::string> content = files.read(file.path);
    if (!content && file.is_required)
        value.refuse("there is no file " + in_quotes(file.path));
    if (!content)
        return;
    const auto& environment = value.source().environment;
    try {
        read_env_file(
            *content, file.path, file.format,
            [&](const std::string& name) { return environment->find(name); }, variables);
    } catch (const Failure& failure) {
        value.refuse(failure.message());
    }
}

Variables files_of_variables(const Value& value, Files& files)
{
    Variables variables;
    if (!value.node().is_list())
        read_file_of_variables(value, files, variables);
    else
        for (const Value& entry : value.entries())
            read_file_of_variables(entry, files, variables);
    return variables;
}

} // namespace

void take_environment(Fields& fields, Service& service, Files& files)
{
    if (const std::optional<Value> found = fields.find("env_file"); found && service.is_enabled)
        for (auto& [name, value] : files_of_variables(*found, files))
            service.environment[name] = std::move(value);
    if (const std::optional<Value> found = fields.find("environment"))
        for (auto& [name, value] : key_values(*found))
            // A name alone: as whoever runs this has it, and otherwise not at all.
            service.environment[name] = value ? value : found->source().environment->find(name);
    if (const std::optional<Value> found = fields.find("label_file"); found && service.is_enabled)
        service.labels = files_of_variables(*found, files);
    if (const std::optional<Value> found = fields.find("labels"))
        for (auto& [name, value] : labels(*found))
            service.labels[name] = std::move(value);
}

} // namespace slipway::compose::read
