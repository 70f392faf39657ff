// SPDX-License-Identifier: LGPL-2.1-or-later
// extends: a service put over another one, of the same file or of another (Compose specification,
// 05-services.md).
#include "compose/merge.hpp"
#include "compose/model.hpp"
#include "compose/place.hpp"
#include "compose/read.hpp"

#include <algorithm>
#include <filesystem>

namespace slipway::compose {

namespace {

constexpr std::size_t chain_limit = 32;

// From the first service that comes twice.
std::string circle_text(const std::vector<std::pair<std::string, std::string>>& chain,
                        const std::pair<std::string, std::string>& last)
{
    std::string text;
    for (auto link = std::ranges::find(chain, last); link != chain.end(); ++link)
        text += link->second + " → ";
    return text + last.second;
}

} // namespace

void ModelReader::extend_services(YamlNode& document, const YamlNode& earlier, const std::string& path)
{
    const auto services = document.mapping.find("services");
    if (services == document.mapping.end() || !services->second.is_mapping())
        return;
    std::vector<std::string> names;
    for (const auto& [name, service] : services->second.mapping)
        names.push_back(name);
    const YamlNode* earlier_services = earlier.find("services");
    const YamlNode none;
    for (const std::string& name : names) {
        std::vector<Link> chain;
        extend_service(services->second, earlier_services != nullptr ? *earlier_services : none, name, path,
                       chain);
    }
}

// The merged documents of the file, whose services may extend others in turn.
YamlNode& ModelReader::extended_file(const std::string& path, const YamlNode& file_node)
{
    if (const auto known = extended_.find(path); known != extended_.end())
        return known->second;
    ParsedFile file;
    try {
        file = parse(path, std::filesystem::path{path}.parent_path(), file_node.mark.source->environment);
    } catch (const Failure& failure) {
        if (failure.code() != ErrorCode::no_such_file)
            throw;
        refuse(file_node.mark, {}, "extends: " + failure.message());
    }
    YamlNode all;
    for (YamlNode& document : file.documents) {
        interpolate_document(document);
        TreePath from_top;
        all = merged(std::move(all), document, from_top);
    }
    strip_merging(all);
    return extended_[path] = std::move(all);
}

void ModelReader::extend_service(YamlNode& services, const YamlNode& earlier, const std::string& name,
                                 const std::string& path, std::vector<Link>& chain)
{
    const auto own = services.mapping.find(name);
    if (own == services.mapping.end() || !own->second.is_mapping())
        return;
    const auto extends = own->second.mapping.find("extends");
    if (extends == own->second.mapping.end() || extends->second.is_null())
        return;
    const YamlNode how = extends->second;
    const std::string place = member_path(member_path("services", name), "extends");
    if (std::ranges::find(chain, Link{path, name}) != chain.end())
        refuse(how.mark, place, "goes round in a circle: " + circle_text(chain, {path, name}));
    if (chain.size() >= chain_limit)
        refuse(how.mark, place, "a service extends another that extends another, and so on, too often");

    std::vector<Note> no_notes;
    std::string base_name;
    std::string base_path = path;
    if (how.is_text()) {
        base_name = how.text;
    } else {
        Fields fields{Value{how, place, no_notes}};
        fields.take("service", base_name, read::word);
        fields.take("file", base_path, [](const Value& value) { return read::path(value); });
        fields.finish();
        if (base_name.empty())
            fields.refuse("has no service");
    }
    const YamlNode* earlier_base = nullptr;
    YamlNode* base_services = &services;
    if (base_path != path) {
        YamlNode& file = extended_file(base_path, how);
        const auto found = file.mapping.find("services");
        if (found == file.mapping.end())
            refuse(how.mark, place, display_name(base_path) + " has no services");
        base_services = &found->second;
    } else if (!services.mapping.contains(base_name)) {
        earlier_base = earlier.find(base_name);
    }

    chain.emplace_back(path, name);
    const YamlNode none;
    extend_service(*base_services, base_path == path ? earlier : none, base_name, base_path, chain);
    chain.pop_back();
    const auto found = base_services->mapping.find(base_name);
    if (found == base_services->mapping.end() && earlier_base == nullptr)
        refuse(how.mark, place,
               "there is no service " + in_quotes(base_name) + " in " + display_name(base_path));
    YamlNode base = earlier_base != nullptr ? *earlier_base : found->second;
    strip_merging(base);
    // Whether the service is enabled is its own affair, as what it is called.
    base.mapping.erase("extends");

    YamlNode& service = own->second;
    service.mapping.erase("extends");
    TreePath at{"services", name};
    YamlNode result = merged(std::move(base), service, at);
    result.mark = service.mark;
    result.name_mark = service.name_mark;
    service = std::move(result);
}

} // namespace slipway::compose
