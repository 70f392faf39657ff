// SPDX-License-Identifier: LGPL-2.1-or-later
// Model: the tree of one project's files, merged.
#include "compose/model.hpp"

#include "compose/interpolate.hpp"
#include "compose/merge.hpp"
#include "compose/place.hpp"
#include "compose/value.hpp"
#include "compose/yaml_reader.hpp"

namespace slipway::compose {

std::string ModelReader::display_name(const std::string& path) const
{
    const std::string prefix =
        working_directory_->ends_with('/') ? *working_directory_ : *working_directory_ + "/";
    return path.starts_with(prefix) ? path.substr(prefix.size()) : path;
}

ParsedFile ModelReader::parse(const std::string& path, const std::string& directory,
                              std::shared_ptr<const Environment> environment)
{
    const std::optional<std::string> text = files_->read(path);
    if (!text)
        throw Failure{ErrorCode::no_such_file, display_name(path) + ": there is no such file"};
    sources_.push_back({display_name(path), directory, std::move(environment)});
    Source& source = sources_.back();
    ParsedFile file{path, &source, read_yaml(*text, source)};
    if (file.documents.empty())
        refuse({&source, 1, 1}, {}, "is empty");
    for (const YamlNode& document : file.documents)
        if (!document.is_mapping())
            refuse(document.mark, {}, "a Compose file is a mapping, with services and others in it");
    return file;
}

void ModelReader::interpolate_document(YamlNode& document)
{
    interpolate(document, {}, [this](const YamlNode& where, const std::string& name) {
        if (unset_.insert(name).second)
            warnings_->push_back({where.mark.source->name,
                                  where.mark.line,
                                  {},
                                  "the variable " + name + " is not set; it is taken as empty"});
    });
}

YamlNode ModelReader::merged_file(ParsedFile file, YamlNode base)
{
    for (YamlNode& document : file.documents) {
        interpolate_document(document);
        extend_services(document, base, file.path);
        TreePath path;
        base = merged(std::move(base), document, path);
        strip_merging(base);
    }
    return base;
}

YamlNode ModelReader::model(std::vector<ParsedFile> files)
{
    including_.push_back(files.front().path);
    YamlNode model;
    for (ParsedFile& file : files)
        model = merged_file(std::move(file), std::move(model));
    include_models(model);
    including_.pop_back();

    constexpr std::string_view inside_models[] = {"*", "*.name", "*.model", "*.context_size",
                                                  "*.runtime_flags"};
    Fields fields{Value{model, {}, *unheeded_}};
    fields.unheeded("version", "the specification has one version, the newest");
    fields.unheeded("models", "no language models are run", inside_models);
    for (const char* section : {"name", "include", "services", "networks", "volumes", "configs", "secrets"})
        static_cast<void>(fields.find(section));
    fields.finish();
    model.mapping.erase("version");
    model.mapping.erase("models");
    return model;
}

} // namespace slipway::compose
